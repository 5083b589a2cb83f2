"""Whether the people in emails are contacts or leads.

Only emails keep participants whom nobody knows (EmailMessageRelation without a RelationId); an event or a task names
contacts, leads and users alone (Object Reference, EventRelation and TaskRelation).
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from upbeat.base.companies import host
from upbeat.foundation.checks import Check, Look
from upbeat.foundation.deals import MOST_GROUPS, unseen
from upbeat.foundation.findings import MOST_RECORDS, Finding, Found, Measure, RecordAt, Unseen, Weight
from upbeat.foundation.ground import Ground
from upbeat.foundation.questions import Answer, Question, Way, filled, portions
from upbeat.foundation.spans import MONTH, QUARTER, since
from upbeat.foundation.tool_evidence import created

_RELATION: Final = "EmailMessageRelation"
_MOST: Final = 200  # addresses that are looked up, those of most emails; fewer where so many fit into no question
_HOSTS: Final = 50
_ROBOT: Final = (
    "bounce",
    "calendar-notification",
    "do-not-reply",
    "donotreply",
    "mailer-daemon",
    "no-reply",
    "noreply",
    "notification",
    "postmaster",
    "unsubscribe",
)
"""How the addresses begin that nobody reads."""
_MINUTES: Final = 3  # to make a contact of an address, or to link it to one


@dataclass(frozen=True, slots=True)
class _Stranger:
    """An address that stands in emails for nobody: in how many, in how many about a record, until when."""

    address: str
    emails: int
    about: int
    last: str


@dataclass(frozen=True, slots=True)
class _Known:
    """A contact or a lead with an address, and since when it is there."""

    id: str
    object: str
    name: str
    address: str
    since: str


def _look(ground: Ground) -> Look:
    if blind := unseen(ground, _RELATION, "RelationId", "RelationAddress", "RelationObjectType"):
        return Found(unseen=blind)
    [kinds, unknown, made] = yield [_by_kind(ground), _unmatched(ground), created(ground, "Contact")]
    if denied := kinds.denied or unknown.denied:
        return Found(unseen=(Unseen(_RELATION, "", denied),))
    outside = _outside(ground, unknown)
    fitting = portions([one.address for one in outside], lambda some: _stand_in(ground, some), _MOST)[:1]
    strangers = outside[: sum(map(len, fitting))]
    matched = sum(int(row["n"]) for row in kinds.rows if row["RelationObjectType"] in {"Contact", "Lead"})
    by_hand = tuple(_by_tools(ground, made))
    if not strangers:
        return Found(measures=(_rate(0, matched), *by_hand))
    if hidden := (*unseen(ground, "Contact", "Email"), *unseen(ground, "Lead", "Email")):
        return Found(unseen=hidden)
    hosts = list(dict.fromkeys(name for one in strangers if (name := host(one.address))))[:_HOSTS]
    asked = [_who("Contact", strangers), _who("Lead", strangers), *([_of_companies(hosts)] if hosts else [])]
    [contacts, leads, *near] = yield asked
    if denied := contacts.denied or leads.denied:  # whoever cannot be looked up may be somebody
        return Found(unseen=(Unseen("Contact" if contacts.denied else "Lead", "Email", denied),))
    known = {one.address: one for one in (*_people("Lead", leads), *_people("Contact", contacts))}
    companies = {host(row["Email"] or "") for answer in near for row in answer.rows}
    here = [(one, who) for one in strangers if (who := known.get(one.address)) is not None and who.since < one.last]
    new = [one for one in strangers if one.address not in known and (one.about or host(one.address) in companies)]
    shown = yield [_where(ground, new)] if new else []
    return Found(
        findings=(*_recognised(ground, here, matched), *_missing(ground, new, len(strangers), shown)),
        measures=(_rate(sum(one.emails for one, _ in here) + sum(one.emails for one in new), matched), *by_hand),
        unseen=tuple(Unseen("Contact", "Email", one.denied) for one in near if one.denied),
    )


def _by_kind(ground: Ground) -> Question:
    text = (
        f"SELECT RelationObjectType, COUNT(Id) n FROM {_RELATION} "  # noqa: S608  our own names
        f"WHERE CreatedDate >= {since(ground, MONTH)} GROUP BY RelationObjectType"
    )
    return Question(Way.QUERY, text, rows=10)


def _unmatched(ground: Ground) -> Question:
    about = ", COUNT(EmailMessage.RelatedToId) about" if ground.has("EmailMessage", "RelatedToId") else ""
    text = (
        f"SELECT RelationAddress, COUNT(Id) n, MAX(CreatedDate) latest{about} FROM {_RELATION} "  # noqa: S608  our own names
        f"WHERE RelationId = NULL AND RelationAddress != NULL AND CreatedDate >= {since(ground, MONTH)} "
        f"GROUP BY RelationAddress ORDER BY COUNT(Id) DESC LIMIT {MOST_GROUPS}"
    )
    return Question(Way.QUERY, text, rows=MOST_GROUPS)


def _outside(ground: Ground, answer: Answer) -> list[_Stranger]:
    """Give the people among them who are none of ours, those of most emails first; robots are no people."""
    ours = {one.email.casefold() for one in ground.people.values()}
    hosts = {name for one in ground.people.values() if one.internal and (name := host(one.email))}
    found: list[_Stranger] = []
    for row in answer.rows:
        address = str(row["RelationAddress"]).strip().casefold()
        if address not in ours and host(address) not in hosts and not address.startswith(_ROBOT):
            found.append(_Stranger(address, int(row["n"]), int(row.get("about") or 0), str(row["latest"] or "")))
    return found


def _who(name: str, strangers: Sequence[_Stranger]) -> Question:
    """Ask who has one of these addresses; of leads those that are still worked."""
    still = " AND IsConverted = FALSE" if name == "Lead" else ""
    text = f"SELECT Id, Name, Email, CreatedDate FROM {name} WHERE Email IN :some{still} LIMIT {MOST_RECORDS}"  # noqa: S608  our own names
    return Question(Way.QUERY, filled(text, some=[one.address for one in strangers]), rows=MOST_RECORDS)


def _of_companies(hosts: Sequence[str]) -> Question:
    """Ask for contacts with an account whose addresses are of the same companies."""
    one = "SELECT Id FROM Contact WHERE Email LIKE :host"
    like = " OR ".join(filled(one, host=f"%@{name}").partition("WHERE ")[2] for name in hosts)
    text = f"SELECT Id, Email FROM Contact WHERE AccountId != NULL AND ({like}) LIMIT {MOST_RECORDS}"  # noqa: S608  the same
    return Question(Way.QUERY, text, rows=MOST_RECORDS)


def _people(name: str, answer: Answer) -> Iterator[_Known]:
    for row in answer.rows:
        yield _Known(row["Id"], name, row["Name"] or "", str(row["Email"]).casefold(), str(row["CreatedDate"]))


def _rate(lost: int, matched: int) -> Measure:
    says = f"{matched:,} of {matched + lost:,} times that a customer stood in an email of the last {MONTH} days, "
    return Measure(PARTICIPANTS.name, matched, matched + lost, f"{says}the email is linked to a contact or a lead")


def _by_tools(ground: Ground, made: Answer) -> Iterator[Measure]:
    """Say how many contacts are created by what is known to be a tool."""
    if made.denied:
        return
    named = {user.casefold() for tool in ground.tools.tools.values() for user in tool.users}
    tools = {one.user_id for one in ground.people.values() if one.integration or one.username.casefold() in named}
    rows = [(row["CreatedById"], int(row["n"])) for row in made.rows]
    part, whole = sum(count for who, count in rows if who in tools), sum(count for _, count in rows)
    says = f"{part:,} of {whole:,} contacts of the last {QUARTER} days were created by a tool, not by hand"
    yield Measure(f"{PARTICIPANTS.name}/created", part, whole, says, scores=False)


def _recognised(ground: Ground, here: Sequence[tuple[_Stranger, _Known]], matched: int) -> Iterator[Finding]:
    """People whom the org has, and whose emails do not hang on them: the matching of emails fails."""
    if here:
        emails = sum(one.emails for one, _ in here)
        yield Finding(
            check=PARTICIPANTS.name,
            key=f"{PARTICIPANTS.name}:{_RELATION}.RelationId:known",
            weight=Weight.MEDIUM,
            says=f"{_folk(len(here))} {'is a contact or lead' if len(here) == 1 else 'are contacts or leads'}, and "
            f"{emails:,} of their emails in {MONTH} days {'is' if emails == 1 else 'are'} linked to nobody: "
            "no activity shows on their records.",
            object=_RELATION,
            fields=("RelationId",),
            count=emails,
            of=emails + matched,
            fix="See why the capture tool does not match these addresses, and have it match again.",
            minutes=_MINUTES * len(here),
            queries=(_unlinked(ground),),
            records=tuple(
                RecordAt(who.id, who.object, who.name, f"{one.address}: {one.emails:,} emails linked to nobody")
                for one, who in here[:MOST_RECORDS]
            ),
        )


def _missing(ground: Ground, new: Sequence[_Stranger], strangers: int, shown: Sequence[Answer]) -> Iterator[Finding]:
    """People of companies that the org knows, or in emails about its records, who are nobody in it."""
    if new:
        yield Finding(
            check=PARTICIPANTS.name,
            key=f"{PARTICIPANTS.name}:{_RELATION}.RelationId:unknown",
            weight=Weight.MEDIUM,
            says=f"{_folk(len(new))} who wrote or were written to in the last {MONTH} days, at companies the org "
            f"knows or about records of its own, {'is' if len(new) == 1 else 'are'} no contact and no lead.",
            object=_RELATION,
            fields=("RelationId",),
            count=len(new),
            of=strangers,
            fix="Create a contact for each, below the account of their company, and have the capture tool create them.",
            minutes=_MINUTES * len(new),
            queries=(_unlinked(ground),),
            records=tuple(
                RecordAt(row["Id"], _RELATION, str(row["RelationAddress"]), f"in the email {row['EmailMessageId']}")
                for answer in shown
                for row in answer.rows
            ),
            values=tuple(sorted({name for one in new if (name := host(one.address))})),
        )


def _folk(count: int) -> str:
    return f"{count:,} {'person' if count == 1 else 'people'}"


def _unlinked(ground: Ground) -> str:
    """Give the query of all that is linked to nobody: whose addresses they are stands with the records alone."""
    return (
        f"SELECT Id, EmailMessageId, RelationAddress FROM {_RELATION} "  # noqa: S608  our own names
        f"WHERE RelationId = NULL AND CreatedDate >= {since(ground, MONTH)}"
    )


def _where(ground: Ground, strangers: Sequence[_Stranger]) -> Question:
    """Ask in which emails these addresses stand."""
    return Question(Way.QUERY, _stand_in(ground, [one.address for one in strangers]), rows=MOST_RECORDS)


def _stand_in(ground: Ground, some: Sequence[str]) -> str:
    """Write the query of the emails in which addresses stand, the longest that is asked with them."""
    text = f"{_unlinked(ground)} AND RelationAddress IN :some ORDER BY RelationAddress LIMIT {MOST_RECORDS}"
    return filled(text, some=list(some))


PARTICIPANTS = Check("linked-participants", "People in emails who are contacts or leads", _look, lambda _: 4)
CHECKS = (PARTICIPANTS,)
