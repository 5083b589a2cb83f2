"""An approver lends their own name: what they approve is written in it, and in nobody's who did not approve it."""

from collections.abc import Callable, Iterator
from random import Random
from urllib.parse import parse_qsl, urlsplit

import httpx2
import pytest

from upbeat import operations
from upbeat.app import Lending, Workspace, connect_approver, disconnect, disconnect_approver
from upbeat.base import UpbeatError
from upbeat.ledger import Kind
from upbeat.localorg import ConnectedApp, Fault
from upbeat.operations import Refused
from upbeat.salesforce import callback
from upbeat.testing import House

Make = Callable[..., str]
Lend = Callable[..., None]

PRIYA, ROWAN, DANA = (f"{name}@acme.example" for name in ("priya.shah", "rowan.ellis", "dana.whitfield"))
PORT = 20_000 + Random().randrange(12_000)  # below the ports that the system hands out
PASSWORD, APP = "correct horse", "upbeat-approvers"
ADVANCE = "advance-stage"
COMMIT = "Negotiation/Review"


@pytest.fixture
def house() -> Iterator[House]:
    with House(only=[ADVANCE]) as one:
        app = ConnectedApp(APP, callbacks=(callback(PORT),), rotate=True, public=True, requires_pkce=True)
        one.org.access.apps.connect(app)
        for person in (ROWAN, DANA, PRIYA):
            one.org.access.people.set_password(person, PASSWORD)
        one.promote(ADVANCE)
        yield one


@pytest.fixture
def lend(house: House) -> Lend:
    """Have somebody lend their name, in their browser; `logs_in` is who really logs in there."""

    def one(username: str, *, logs_in: str = "", client_id: str = APP) -> None:
        url = house.space.settings.org.login_url

        def browse(address: str) -> None:
            asked = dict(parse_qsl(urlsplit(address).query))
            form = {**asked, "username": logs_in or username, "password": PASSWORD, "decision": "allow"}
            with httpx2.Client(trust_env=False) as browser:
                sent = browser.post(f"{url}/services/oauth2/authorize", data=form)
                browser.get(sent.headers["Location"].replace("localhost", "127.0.0.1"))

        lending = Lending(username, client_id, browse, PORT, in_file=True)
        connect_approver(house.folder, lending, clock=house.clock, sleep=lambda _: None)

    return one


@pytest.fixture
def approved(house: House, a_deal: Make) -> Make:
    """A deal that is moved into Commit, approved by Dana first and by Rowan last: its id."""

    def make(*people: str) -> str:
        deal = a_deal(StageName="Proposal/Price Quote")
        house.play("1 minute")
        house.update("Opportunity", deal, by="maya.chen@acme.example", Verbal_Commitment__c=True)
        house.play()
        for person in people or (DANA, ROWAN):
            [review] = [one for one in house.reviews() if one.record_id == deal]
            house.approve(review, person)
            house.play("1 second")
        house.play()
        return deal

    return make


def writer(house: House, deal: str) -> str:
    """Give who changed a deal last, by the org's own word."""
    key = house.get("Opportunity", deal)["LastModifiedById"]
    [found] = house.query(f"SELECT Username FROM User WHERE Id = '{key}'")
    return found["Username"]


def told(house: House, deal: str, kind: Kind = Kind.WROTE) -> dict[str, object]:
    """Give what the newest entry of that kind says."""
    with house.space.store.reading() as conn:
        said = [one.payload for one in house.space.ledger.about(conn, record_id=deal) if one.kind is kind]
    return said[-1]


def stage(house: House, deal: str) -> str:
    return house.get("Opportunity", deal)["StageName"]


class TestInWhoseName:
    def test_without_a_lent_name_the_writing_identity_writes_and_the_ledger_names_it(
        self, house: House, approved: Make
    ) -> None:
        deal = approved()
        assert (stage(house, deal), writer(house, deal)) == (COMMIT, told(house, deal)["written_as"])
        assert writer(house, deal) not in {DANA, ROWAN}

    def test_an_approved_change_is_written_in_the_name_of_who_approved_it_last(
        self, house: House, approved: Make, lend: Lend
    ) -> None:
        for person in (DANA, ROWAN):
            lend(person)
        deal = approved()
        assert (stage(house, deal), writer(house, deal)) == (COMMIT, ROWAN)
        assert (told(house, deal)["written_as"], told(house, deal)["lent_by"]) == (ROWAN, ROWAN)
        history = house.query(
            f"SELECT CreatedById FROM OpportunityFieldHistory WHERE OpportunityId = '{deal}' AND Field = 'StageName'"
        )
        assert [row["CreatedById"] for row in history] == [house.ids[ROWAN]]

    def test_of_two_approvers_the_one_who_lends_a_name_writes(self, house: House, approved: Make, lend: Lend) -> None:
        lend(DANA)
        assert writer(house, approved()) == DANA

    @pytest.mark.law(1)
    def test_nobody_who_did_not_approve_it_ever_writes_it(self, house: House, approved: Make, lend: Lend) -> None:
        lend(PRIYA)
        deal = approved()
        assert (stage(house, deal), writer(house, deal)) == (COMMIT, told(house, deal)["written_as"])
        assert writer(house, deal) != PRIYA

    def test_explain_says_in_whose_name_it_was_written(self, house: House, approved: Make, lend: Lend) -> None:
        lend(ROWAN)
        run = house.run(approved())
        wrote = next(one.what for one in run.told if one.kind is Kind.WROTE)
        assert wrote.endswith(f"in the name of {ROWAN}, who approved it")


class TestWhenANameCannotBeUsed:
    def test_a_connection_that_has_ended_is_passed_over_and_the_reason_kept(
        self, house: House, approved: Make, lend: Lend
    ) -> None:
        lend(ROWAN)
        house.space.vault.keep(f"the consent to the {ROWAN}'s own connection", "used up", in_file=True)
        deal = approved()
        assert stage(house, deal) == COMMIT
        assert writer(house, deal) not in {DANA, ROWAN}
        assert f"the connection of {ROWAN} has ended" in str(told(house, deal)["instead"])

    def test_what_the_org_refuses_to_the_approver_is_written_with_no_other_rights(
        self, house: House, approved: Make, lend: Lend
    ) -> None:
        lend(ROWAN)
        house.org.faults.add(Fault("PATCH .*composite/sobjects.*", "row error"))
        deal = approved()
        assert stage(house, deal) == "Proposal/Price Quote"
        [question] = [one for one in house.reviews() if one.record_id == deal]
        assert f"the org refuses it to {ROWAN}" in str(told(house, deal, Kind.FAILED)["why"])
        assert question.owner == PRIYA

    def test_a_lost_answer_is_looked_for_in_the_name_it_was_sent_in(
        self, house: House, approved: Make, lend: Lend
    ) -> None:
        lend(ROWAN)
        house.org.faults.add(Fault("PATCH .*composite/sobjects.*", "cut after commit"))
        deal = approved()
        house.play("15 minutes")
        assert (stage(house, deal), writer(house, deal)) == (COMMIT, ROWAN)
        assert told(house, deal, Kind.ADOPTED)["written_as"] == ROWAN


class TestLending:
    def test_nobody_lends_a_name_that_is_not_theirs(self, house: House, lend: Lend) -> None:
        with pytest.raises(Refused, match=f"{DANA} logged in, and {ROWAN} was named"):
            lend(ROWAN, logs_in=DANA)
        with Workspace(house.folder, clock=house.clock) as space:
            assert (space.settings.org.approving, space.lent(ROWAN)) == (None, None)
            assert space.vault.read(f"the consent to the {ROWAN}'s own connection") is None

    def test_a_stranger_to_the_org_lends_nothing(self, lend: Lend) -> None:
        with pytest.raises(Refused, match="is no user of this org"):
            lend("nobody@acme.example", logs_in=DANA)

    def test_the_app_is_named_once_and_by_whoever_may_connect(self, house: House, lend: Lend) -> None:
        with pytest.raises(Refused, match="no app is named"):
            lend(ROWAN, client_id="")
        lend(ROWAN)
        lend(DANA, client_id="")
        with Workspace(house.folder, clock=house.clock) as space:
            assert space.settings.org.approving is not None
            assert space.settings.org.approving.users == (ROWAN, DANA)
        with pytest.raises(Refused, match="names are lent in the app"):
            lend(PRIYA, client_id="another")

    def test_who_takes_their_name_back_writes_nothing_more(self, house: House, approved: Make, lend: Lend) -> None:
        lend(ROWAN)
        with Workspace(house.folder, clock=house.clock) as space:
            assert disconnect_approver(space, ROWAN, ROWAN).revoked
        assert writer(house, approved()) != ROWAN

    def test_nobody_takes_back_the_name_of_another_without_leave(self, house: House, lend: Lend) -> None:
        lend(ROWAN)
        text = (house.folder / "policy.yaml").read_text()
        house.write({"policy.yaml": text.replace("roles:\n", "permissions: {connect: [revops]}\nroles:\n", 1)})
        house.publish("policy")
        with Workspace(house.folder, clock=house.clock) as space, pytest.raises(UpbeatError, match="may not"):
            disconnect_approver(space, ROWAN, DANA)

    def test_leaving_the_org_gives_every_name_back(self, house: House, lend: Lend) -> None:
        lend(ROWAN)
        house.close()
        with Workspace(house.folder, clock=house.clock) as space:
            left = disconnect(space, PRIYA)
        assert [one.revoked for one in left.identities if one.username == ROWAN] == [True]

    def test_access_tells_of_lent_names_and_calls_none_too_much(self, house: House, lend: Lend) -> None:
        lend(ROWAN)
        with Workspace(house.folder, clock=house.clock) as space:
            found = operations.access(space.house, space.needs)
        [lent] = [one for one in found.identities if one.lent]
        assert (lent.username, lent.too_much) == (ROWAN, ())
