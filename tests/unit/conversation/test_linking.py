"""Which account and deal a conversation is of: labelled cases with no wrong link, and what is never linked."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from upbeat.conversation import Conversation, Link, Medium, Party
from upbeat.conversation.linking import Around, Deal, link
from upbeat.conversation.people import CONTACT, LEAD, USER, Known, People
from upbeat.matching import ACCOUNT, Index

MEETING = datetime(2026, 3, 3, 9, tzinfo=UTC)
BEFORE = MEETING - timedelta(days=60)
NAMES = {"001H": "Havelund Fresh", "001C": "Castell Fen", "001N": "Castell North", "001Q": "Quarrow Cement"}
SITES = {"001H": "https://www.havelund.example", "001C": "castellfen.example", "001N": "castellfen.example"}

TOM = Known(CONTACT, "003TOM", "Tom Bellweather", ("tom@havelund.example",), "001H")
SIGRID = Known(CONTACT, "003SIGRID", "Sigrid Aasheim", ("sigrid@havelund.example",), "001H")
GIL = Known(CONTACT, "003GIL", "Gil Hathersage", ("gil@castellfen.example",), "001C")
ADVISER = Known(CONTACT, "003ADV", "Ana Brandt", ("ana@quarrow.example",), "001Q")
LEAD_ = Known(LEAD, "00QRUTH", "Ruth Ekblad", ("ruth@elsewhere.example",), company="Elsewhere")
DARIO = Known(USER, "005DARIO", "Dario Feltrin", ("dario@nimbrel.example",))
MWENDE = Known(USER, "005MWENDE", "Mwende Kioko", ("mwende@nimbrel.example",))
KNOWN = {
    "tom": TOM,
    "sigrid": SIGRID,
    "gil": GIL,
    "adviser": ADVISER,
    "ruth": LEAD_,
    "dario": DARIO,
    "mwende": MWENDE,
}
STRANGERS = {
    "new": Party("Hanna Berg", "hanna@havelund.example"),
    "castell": Party("Ida Fen", "ida@castellfen.example"),
    "nobody": Party("Kim Roe", "kim@nowhere.example"),
    "gmail": Party("Tom B", "tomb@gmail.com"),
    "contacts": Party("Pat Quince", "pat@quarrow.example"),
}


def _deal(record_id: str, name: str, account: str = "001H", **more: object) -> Deal:
    return replace(Deal(record_id=record_id, name=name, account=account, created=BEFORE), **more)  # type: ignore[arg-type]


TRAILERS = _deal("006T", "Havelund - reefer trailers", owner="005DARIO")
RENEWAL = _deal("006R", "Havelund - renewal 2026", owner="005MWENDE")
OWN = _deal("006O", "Havelund - depots", owner="005DARIO")
CLOSED = _deal("006X", "Havelund - pilot", is_closed=True, closed_at=MEETING - timedelta(days=1))
SINCE = _deal("006S", "Havelund - pilot", is_closed=True, closed_at=MEETING + timedelta(days=9))
LATER = _deal("006L", "Havelund - extra", created=MEETING + timedelta(days=2))
CASTELL = _deal("006C", "Castell - grain", "001C", owner="005DARIO")
NORTH = _deal("006N", "Castell North - silos", "001N")
GRAIN_ROLES = replace(CASTELL, roles=frozenset({"003GIL", "003ADV"}))


def _with(deal: Deal, *roles: Known) -> Deal:
    return replace(deal, roles=frozenset(one.record_id for one in roles))


def _link(who: Sequence[str], deals: Sequence[Deal], title: str = "Intro") -> Link:
    parties = [Party(KNOWN[one].name, KNOWN[one].addresses[0]) if one in KNOWN else STRANGERS[one] for one in who]
    talk = Conversation(
        medium=Medium.MEETING,
        source="Teams",
        source_id="1",
        title=title,
        began=MEETING,
        seconds=60,
        parties=tuple(parties),
    )
    people = People(KNOWN.values(), ["nimbrel.example"])
    rows: list[Mapping[str, object]] = [{"Id": one, "Name": NAMES[one], "Website": SITES.get(one)} for one in NAMES]
    around = Around(NAMES, Index.of(rows, ACCOUNT), {"quarrow.example": frozenset({"001Q"})}, deals)
    return link(talk, [people.find(one) for one in parties], around)


LABELLED = [
    pytest.param(["dario", "tom"], [TRAILERS], "", "001H", "006T", id="the only deal"),
    pytest.param(["dario", "new"], [TRAILERS], "", "001H", "006T", id="a new person at the account's domain"),
    pytest.param(["dario", "tom", "gmail"], [TRAILERS], "", "001H", "006T", id="a public address says nothing"),
    pytest.param(["dario", "tom", "nobody"], [TRAILERS], "", "001H", "006T", id="an unknown company says nothing"),
    pytest.param(["dario", "contacts"], [], "", "001Q", "", id="a domain that only contacts have"),
    pytest.param(["dario", "tom"], [TRAILERS, CLOSED], "", "001H", "006T", id="a closed deal is no other"),
    pytest.param(["dario", "tom"], [SINCE], "", "001H", "006S", id="open on the day, closed since"),
    pytest.param(["dario", "tom"], [TRAILERS, LATER], "", "001H", "006T", id="made after it"),
    pytest.param(["dario", "tom"], [_with(TRAILERS, TOM), OWN], "", "001H", "006T", id="a contact role"),
    pytest.param(["dario", "tom"], [TRAILERS, RENEWAL], "Renewal 2026", "001H", "006R", id="the title"),
    pytest.param(["dario", "tom"], [TRAILERS, RENEWAL], "", "001H", "006T", id="the owner"),
    pytest.param(
        ["dario", "tom"],
        [_with(TRAILERS, TOM), _with(OWN, TOM)],
        "Depots: next steps",
        "001H",
        "006O",
        id="roles in two, the title names one",
    ),
    pytest.param(["dario", "gil", "castell"], [CASTELL, NORTH], "", "001C", "006C", id="two accounts of one domain"),
    pytest.param(["dario", "gil", "adviser"], [GRAIN_ROLES], "", "001C", "006C", id="an adviser with a role"),
    # A doubt: none is linked.
    pytest.param(["dario", "tom"], [TRAILERS, OWN], "", "001H", "", id="two deals, and nothing tells"),
    pytest.param(["dario", "tom"], [TRAILERS, OWN], "Havelund demo", "001H", "", id="the title names the account"),
    pytest.param(["dario", "tom"], [CLOSED], "", "001H", "", id="only a closed deal"),
    pytest.param(["dario", "tom"], [LATER], "", "001H", "", id="only a deal made after it"),
    pytest.param(["dario", "tom"], [TRAILERS, CLOSED], "Pilot review", "001H", "", id="the title names a closed deal"),
    pytest.param(["mwende", "tom"], [_with(TRAILERS, TOM), RENEWAL], "", "001H", "", id="roles against the owner"),
    pytest.param(
        ["dario", "tom"],
        [TRAILERS, replace(RENEWAL, owner_active=False)],
        "",
        "001H",
        "",
        id="an owner who left owns nothing for certain",
    ),
    pytest.param(["dario", "tom", "gil"], [TRAILERS, CASTELL], "", "", "", id="two companies in one meeting"),
    pytest.param(["dario", "castell"], [CASTELL], "", "", "", id="a domain of two accounts"),
    pytest.param(["dario", "gil", "adviser"], [CASTELL], "", "", "", id="an adviser without a role"),
    pytest.param(["dario", "nobody"], [TRAILERS], "Havelund trailers", "", "", id="only the title knows the account"),
    pytest.param(["dario", "ruth"], [TRAILERS], "", "", "", id="a lead"),
    pytest.param(["dario", "mwende"], [TRAILERS], "Havelund trailers", "", "", id="ourselves alone"),
]


@pytest.mark.parametrize(("who", "deals", "title", "account", "deal"), LABELLED)
def test_a_conversation_is_of_the_deal_that_is_certain_and_of_none_in_doubt(
    who: list[str], deals: list[Deal], title: str, account: str, deal: str
) -> None:
    found = _link(who, deals, title)

    assert (found.account, found.opportunity) == (account, deal)
    assert found.why


def test_deals_in_doubt_stand_side_by_side_with_what_speaks_for_each() -> None:
    deals = [
        replace(_with(TRAILERS, TOM), says="Proposal, 85,000 EUR, closes 2026-09-30", owner_name="Dario Feltrin"),
        RENEWAL,
    ]

    found = _link(["mwende", "tom"], deals)

    assert [(one.object, one.record_id, one.name) for one in found.candidates] == [
        ("Opportunity", "006R", "Havelund - renewal 2026"),
        ("Opportunity", "006T", "Havelund - reefer trailers"),
    ]
    assert found.candidates[1].reasons == (
        "Havelund Fresh",
        "Proposal, 85,000 EUR, closes 2026-09-30",
        "owned by Dario Feltrin",
        "Tom Bellweather has a role in it",
    )
    assert found.why == "2 deals of Havelund Fresh were open on 2026-03-03, and what tells them apart does not agree"


def test_accounts_in_doubt_are_told_with_who_belongs_to_each_and_their_open_deals() -> None:
    found = _link(["dario", "tom", "sigrid", "gil"], [TRAILERS, CASTELL, CLOSED])

    assert {one.record_id for one in found.candidates} == {"006T", "006C", "001H", "001C"}
    assert found.candidates[2].reasons == ("Tom Bellweather belongs to it", "Sigrid Aasheim belongs to it")


def test_a_deal_that_was_not_open_is_shown_with_why_it_is_not_taken() -> None:
    found = _link(["dario", "tom"], [CLOSED])

    assert found.candidates[0].reasons[-1] == "it was closed on 2026-03-02, before it"


_DAYS = st.integers(-400, 400).map(lambda days: MEETING + timedelta(days=days))
_DEALS = st.lists(
    st.builds(
        Deal,
        record_id=st.uuids().map(lambda one: f"006{one.hex[:12]}"),
        name=st.sampled_from(["Havelund - renewal 2026", "Havelund - pilot", "Castell - grain", "Expansion", "X"]),
        account=st.sampled_from(["001H", "001C", "001N", "001Q"]),
        created=_DAYS,
        owner=st.sampled_from(["", "005DARIO", "005MWENDE"]),
        owner_active=st.booleans(),
        is_closed=st.booleans(),
        closed_at=st.none() | _DAYS,
        roles=st.frozensets(st.sampled_from(["003TOM", "003GIL", "003ADV", "003SIGRID"])),
    ),
    max_size=5,
)


@pytest.mark.law(11)
@given(
    st.lists(st.sampled_from([*KNOWN, *STRANGERS]), max_size=5, unique=True),
    _DEALS,
    st.sampled_from(["", "Intro", "Renewal 2026", "Castell grain", "Pilot"]),
)
def test_no_closed_deal_and_no_deal_of_another_account_is_ever_linked(
    who: list[str], deals: list[Deal], title: str
) -> None:
    found = _link(who, deals, title)
    chosen = [one for one in deals if one.record_id == found.opportunity]
    accounts = {KNOWN[one].account for one in who if one in KNOWN and KNOWN[one].account}

    assert len(chosen) == bool(found.opportunity)
    for one in chosen:
        was_open = not one.is_closed or (one.closed_at is not None and one.closed_at.date() >= MEETING.date())
        assert was_open
        assert one.created.date() <= MEETING.date()
        assert one.account == found.account
        assert not accounts or found.account in accounts
    assert not (found.opportunity and found.candidates)


@pytest.mark.law(11)
@given(st.permutations(["dario", "tom", "new"]), st.permutations([_with(TRAILERS, TOM), OWN, CLOSED, CASTELL]))
def test_no_order_of_people_or_of_deals_changes_the_link(who: list[str], deals: list[Deal]) -> None:
    found = _link(who, deals)

    assert (found.account, found.opportunity) == ("001H", "006T")
