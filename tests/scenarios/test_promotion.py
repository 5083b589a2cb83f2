"""Who takes a workflow live: two people, of different roles, of a version that ran in monitor."""

from collections.abc import Iterator

import pytest
from sqlalchemy import select

from upbeat import operations
from upbeat.domain import Mode
from upbeat.operations import Refused, Wish
from upbeat.review import ReviewError
from upbeat.store import tables
from upbeat.testing import House
from upbeat.workflows import PLAYBOOKS

PRIYA, ROWAN, DANA = (f"{name}@acme.example" for name in ("priya.shah", "rowan.ellis", "dana.whitfield"))
ROUTE = "route-inbound-leads"


@pytest.fixture
def house() -> Iterator[House]:
    with House(only=[ROUTE]) as one:
        one.play()
        yield one


@pytest.mark.parametrize(
    "people",
    [
        pytest.param([], id="nobody"),
        pytest.param([PRIYA], id="one person"),
        pytest.param([ROWAN, ROWAN], id="one person twice"),
        pytest.param([PRIYA, DANA], id="a role is missing"),
        pytest.param(["priya.shah@acme.example", "PRIYA.SHAH@ACME.EXAMPLE"], id="one person, spelt twice"),
    ],
)
def test_fewer_than_one_person_of_each_role_take_nothing_live(house: House, people: list[str]) -> None:
    with pytest.raises(Refused, match="takes a different person of each role"):
        operations.promote(house.space.house, ROUTE, people)
    assert house.space.versions.modes() == {ROUTE: Mode.MONITOR}


@pytest.mark.parametrize(
    ("someone", "why"),
    [
        pytest.param("nobody@acme.example", "is no user of this org", id="unknown"),
        pytest.param("sam.porter@acme.example", "is not active", id="left"),
    ],
)
def test_only_active_people_of_the_org_take_something_live(house: House, someone: str, why: str) -> None:
    house.update("User", house.ids["sam.porter@acme.example"], IsActive=False)
    house.play("2 minutes")  # the engine reads the org's users once a minute
    with pytest.raises(Refused, match=why):
        operations.promote(house.space.house, ROUTE, [PRIYA, someone])


def test_two_people_of_the_two_roles_take_it_live_and_the_ledger_names_them(house: House) -> None:
    done = operations.promote(house.space.house, ROUTE, [ROWAN, PRIYA], "seen for a week")
    with house.space.store.reading() as conn:
        entry = conn.scalar(select(tables.modes.c.entry_id).where(tables.modes.c.workflow == ROUTE))
        said = house.space.ledger.read(conn, entry or "")
    assert (done.mode, set(done.by), said.payload["note"]) == (Mode.LIVE, {PRIYA, ROWAN}, "seen for a week")


def test_the_promotion_says_what_monitor_mode_showed(house: House) -> None:
    house.create("Lead", LastName="Huber", Company="Talwerk", Country="Germany", OwnerId=house.ids["New Leads"])
    house.play()
    assert operations.promote(house.space.house, ROUTE, [ROWAN, PRIYA]).observed == {"routed": 1}


def test_the_promotion_keeps_the_report_and_nothing_of_single_customers(house: House) -> None:
    lead = house.create("Lead", LastName="Huber", Company="Talwerk", Country="Germany", OwnerId=house.ids["New Leads"])
    house.play()
    operations.judge(house.space.house, lead, "wrong", DANA, "Talwerk has an owner")
    shown = operations.go_live_report(house.space.house, ROUTE)
    assert "Huber" in str(shown.monitor.examples)
    operations.promote(house.space.house, ROUTE, [ROWAN, PRIYA])
    with house.space.store.reading() as conn:
        entry = conn.scalar(select(tables.modes.c.entry_id).where(tables.modes.c.workflow == ROUTE))
        said = house.space.ledger.read(conn, entry or "").payload
    assert said["report"]["monitor"]["examples"][0]["run"] == shown.monitor.examples[0].run
    assert not [one for one in ("Huber", "Talwerk", lead) if one in str(said)]


def test_a_version_that_no_engine_ever_ran_is_not_taken_live() -> None:
    with House(only=[ROUTE]) as house, pytest.raises(Refused, match="never ran in monitor mode"):
        operations.promote(house.space.house, ROUTE, [ROWAN, PRIYA])


def test_what_is_live_is_not_taken_live_again(house: House) -> None:
    house.promote(ROUTE)
    with pytest.raises(Refused, match="is live already"):
        house.promote(ROUTE)


def test_one_person_takes_it_back_to_monitor_and_then_nothing_is_written(house: House) -> None:
    house.promote(ROUTE)
    operations.demote(house.space.house, ROUTE, DANA, "wrong people")
    lead = house.create("Lead", LastName="Huber", Company="Talwerk", Country="UK", OwnerId=house.ids["New Leads"])
    house.play()
    assert (house.run(lead).mode, house.written()) == ("monitor", [])


class TestOneOfTwoIsNotAtHand:
    def test_the_other_one_says_yes_in_the_queue_and_then_it_is_live(self, house: House) -> None:
        asked = operations.ask_to_go_live(house.space.house, ROUTE, PRIYA, Wish(note="seen for a week"))
        assert house.space.versions.modes() == {ROUTE: Mode.MONITOR}
        [question] = house.reviews(owner=ROWAN)
        assert (question.kind, question.id, question.version) == ("go live", asked.review, asked.version)
        assert any(asked.shown[:16] in one for one in question.body.reasons)
        done = house.approve(question, ROWAN)
        assert (done.state, house.space.versions.modes()) == ("answered", {ROUTE: Mode.LIVE})
        with house.space.store.reading() as conn:
            entry = conn.scalar(select(tables.modes.c.entry_id).where(tables.modes.c.workflow == ROUTE))
            said = house.space.ledger.read(conn, entry or "").payload
        assert (said["by"], said["note"]) == ([PRIYA, ROWAN], "seen for a week")
        assert said["report"]["workflow"] == ROUTE

    @pytest.mark.parametrize(
        ("someone", "why"),
        [
            pytest.param(PRIYA, "asked for it, and the other one is somebody else", id="the same person"),
            pytest.param(PRIYA.upper(), "asked for it, and the other one is somebody else", id="spelt otherwise"),
            pytest.param(DANA, "takes a different person of each role", id="somebody without a say"),
            pytest.param("sam.porter@acme.example", "is not active", id="somebody who left"),
        ],
    )
    def test_nobody_else_can_say_it_for_them(self, house: House, someone: str, why: str) -> None:
        house.update("User", house.ids["sam.porter@acme.example"], IsActive=False)
        house.play("2 minutes")
        operations.ask_to_go_live(house.space.house, ROUTE, PRIYA)
        [question] = house.reviews()
        with pytest.raises(Refused, match=why):
            house.approve(question, someone)
        assert house.space.versions.modes() == {ROUTE: Mode.MONITOR}

    def test_what_was_agreed_to_a_week_ago_is_looked_at_again(self, house: House) -> None:
        operations.ask_to_go_live(house.space.house, ROUTE, PRIYA)
        [question] = house.reviews()
        house.play("8 days")
        with pytest.raises(ReviewError, match="expired"):
            house.approve(question, ROWAN)
        operations.ask_to_go_live(house.space.house, ROUTE, PRIYA)
        assert [one.title for one in house.reviews()] == [question.title]

    def test_a_question_ends_with_the_version_that_it_is_about(self, house: House) -> None:
        operations.ask_to_go_live(house.space.house, ROUTE, PRIYA)
        [question] = house.reviews()
        text = (house.folder / f"workflows/{ROUTE}.yaml").read_text()
        house.write({f"workflows/{ROUTE}.yaml": text.replace("Give every new lead", "Give each new lead")})
        house.publish(by=PRIYA)
        assert operations.go_live_question(house.space.house, ROUTE) is None
        with pytest.raises(ReviewError, match="withdrawn"):
            house.approve(question, ROWAN)
        assert operations.one_review(house.space.house, question.id).note == f"{PRIYA} published version 2"

    def test_who_has_left_since_they_agreed_takes_nothing_live(self, house: House) -> None:
        operations.ask_to_go_live(house.space.house, ROUTE, PRIYA)
        [question] = house.reviews()
        house.update("User", house.ids[PRIYA], IsActive=False)
        house.play("2 minutes")
        with pytest.raises(Refused, match="no longer an active user"):
            house.approve(question, ROWAN)
        assert house.space.versions.modes() == {ROUTE: Mode.MONITOR}

    def test_a_version_published_anew_with_the_same_words_is_asked_for_anew(self, house: House) -> None:
        operations.ask_to_go_live(house.space.house, ROUTE, PRIYA)
        [question] = house.reviews()
        file = f"workflows/{ROUTE}.yaml"
        text = (house.folder / file).read_text()
        for words in (text.replace("Give every new lead", "Give each new lead"), text):
            house.write({file: words})
            house.publish()
        house.play("2 minutes")
        with pytest.raises(ReviewError, match="withdrawn"):
            house.approve(question, ROWAN)
        asked = operations.ask_to_go_live(house.space.house, ROUTE, PRIYA)
        assert [one.id for one in house.reviews()] == [asked.review]

    def test_a_question_that_waits_is_not_put_twice(self, house: House) -> None:
        operations.ask_to_go_live(house.space.house, ROUTE, PRIYA)
        with pytest.raises(Refused, match="the question waits already"):
            operations.ask_to_go_live(house.space.house, ROUTE, ROWAN)

    def test_a_question_that_two_people_have_overtaken_is_taken_back(self, house: House) -> None:
        operations.ask_to_go_live(house.space.house, ROUTE, PRIYA)
        house.promote(ROUTE)
        assert house.reviews() == []
        assert [one.state for one in operations.reviews(house.space.house, every=True)] == ["withdrawn"]

    def test_not_yet_leaves_it_in_monitor(self, house: House) -> None:
        operations.ask_to_go_live(house.space.house, ROUTE, PRIYA)
        [question] = house.reviews()
        done = house.approve(question, ROWAN, "not yet")
        assert (done.choice, house.space.versions.modes(), house.reviews()) == ("not yet", {ROUTE: Mode.MONITOR}, [])

    def test_a_team_of_one_names_the_second_person_in_the_policy(self) -> None:
        text = (PLAYBOOKS / "policy.yaml").read_text()
        alone = text.replace("roles: [revops, revenue_manager]", f"roles: [revops]\n  second: {DANA}")
        with House(only=[ROUTE], files={"policy.yaml": alone}) as house:
            house.play()
            operations.ask_to_go_live(house.space.house, ROUTE, PRIYA)
            [question] = house.reviews(owner=DANA)
            house.approve(question, DANA)
            assert house.space.versions.modes() == {ROUTE: Mode.LIVE}
