"""What runs is what people published: a file that was edited waits, a running engine picks up, a revert brings back."""

from collections.abc import Callable, Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from upbeat import operations
from upbeat.app import add_template
from upbeat.base.files import DefinitionError
from upbeat.domain import Mode
from upbeat.ledger import Kind
from upbeat.operations import Refused
from upbeat.store import tables
from upbeat.testing import House
from upbeat.workflows import PLAYBOOKS, templates

Make = Callable[..., str]
Push = Callable[[str, int], None]

PRIYA, ROWAN, DANA = (f"{name}@acme.example" for name in ("priya.shah", "rowan.ellis", "dana.whitfield"))
PUSH, ROUTE = "repeated-close-date-push", "route-inbound-leads"
FILES = {name: f"workflows/{name}.yaml" for name in (PUSH, ROUTE)}
TEXTS = {name: (PLAYBOOKS / file).read_text() for name, file in FILES.items()}
POOL = "routing/inbound.yaml"


@pytest.fixture
def house() -> Iterator[House]:
    with House(only=[PUSH, ROUTE]) as one:
        one.promote(PUSH, ROUTE)
        yield one


def edit(house: House, file: str, old: str, new: str) -> None:
    text = (house.folder / file).read_text()
    assert old in text
    house.write({file: text.replace(old, new)})


def numbers(house: House, name: str) -> list[int]:
    return [one.number for one in operations.versions(house.space.house, name)]


class TestPublishing:
    def test_a_first_start_publishes_the_files_in_their_owners_names(self, house: House) -> None:
        found = {str(one.named): (one.number, one.by) for one in operations.versions(house.space.house)}
        assert found == {
            "agent/deal-inspector": (1, PRIYA),
            "agent/router": (1, PRIYA),
            "methodology/meddic": (1, PRIYA),
            "methodology/meddpicc": (1, PRIYA),
            "policy": (1, PRIYA),
            "pool/inbound": (1, PRIYA),
            f"workflow/{PUSH}": (1, PRIYA),
            f"workflow/{ROUTE}": (1, PRIYA),
        }

    def test_a_workflow_takes_along_the_methodology_that_it_names(self, house: House) -> None:
        [template] = [one for one in templates() if one.name == "update-deal-from-conversation"]
        add_template(house.folder, template)
        edit(house, "methodologies/meddpicc.yaml", "title: MEDDPICC", "title: Our MEDDPICC")
        changes = operations.publish(house.space.house, [template.name], PRIYA)
        assert "methodology/meddpicc" in {str(one.named) for one in changes}

    def test_a_file_that_was_edited_and_not_published_does_not_run(
        self, house: House, a_deal: Make, push: Push
    ) -> None:
        edit(house, FILES[PUSH], "{value: 3,", "{value: 1,")
        house.close()
        deal = a_deal()
        push(deal, 14)
        assert (house.run(deal).outcome, house.run(deal).mode) == ("condition not met", "live")
        assert [str(one) for one in operations.unpublished(house.space.house)] == [f"workflow/{PUSH}"]

    def test_a_policy_that_was_edited_and_not_published_decides_nothing(self, house: House) -> None:
        edit(house, "policy.yaml", "revops: [priya.shah@acme.example,", "revops: [dana.whitfield@acme.example,")
        house.close()
        assert house.space.house.policy.holds(PRIYA, "revops")

    def test_a_running_engine_picks_up_what_is_published(self, house: House, a_deal: Make, push: Push) -> None:
        edit(house, FILES[PUSH], "{value: 3,", "{value: 1,")
        house.publish(PUSH)
        deal = a_deal()
        push(deal, 14)
        run = house.run(deal)
        assert (run.mode, run.version) == ("monitor", house.space.versions.current[PUSH].version)
        assert run.outcome != "condition not met"

    def test_a_running_engine_takes_a_new_workflow_on_an_object_it_never_watched(self, house: House) -> None:
        name = "rate-accounts"
        text = TEXTS[ROUTE].split("trigger:")[0].replace(ROUTE, name)
        text += (
            "trigger:\n  start: created\n  object: Account\n  when: 'true'\n"
            "steps:\n  - step: rate\n    agent: rater\n    use: update_record\n    set: {Rating: Warm}\n"
            "outcomes:\n  rated: {when: '{!$Step.rate.written}'}\n"
            f"  waiting: {{due: 1 day, then: escalate, to: {PRIYA}}}\n"
        )
        rater = "agent: rater\nrole: Rates.\nmay_call: [update_record]\n"
        rater += "reads: [Account.*]\nwrites: [Account.Rating]\nmodel: none\n"
        before = house.create("Account", Name="Lowell Instruments")
        house.play("1 minute")
        house.write({f"workflows/{name}.yaml": text, "agents/rater.yaml": rater})
        house.publish(name)
        house.play()
        after = house.create("Account", Name="Pennant & Rowe")
        house.play()
        assert (house.runs(before), house.run(after).outcome) == ([], "rated")

    def test_a_changed_pool_makes_a_version_of_every_workflow_that_names_it_and_of_no_other(self, house: House) -> None:
        edit(house, POOL, "weight: 2", "weight: 3")
        house.publish("inbound", by=PRIYA)
        assert (numbers(house, "inbound"), numbers(house, ROUTE), numbers(house, PUSH)) == ([2, 1], [2, 1], [1])
        assert operations.versions(house.space.house, ROUTE)[0].note == "pool/inbound changed"

    def test_a_published_pool_runs_with_the_published_workflow_though_its_file_says_more(self, house: House) -> None:
        edit(house, FILES[ROUTE], "title: ", "title: Not yet. ")
        edit(house, POOL, "weight: 2", "weight: 3")
        house.publish("inbound")
        assert not house.space.versions.current[ROUTE].title.startswith("Not yet.")

    def test_a_workflow_brings_the_agent_and_the_pool_that_it_names(self, house: House) -> None:
        edit(house, POOL, "weight: 2", "weight: 3")
        edit(house, "agents/router.yaml", "Gives", "Hands")
        house.publish(ROUTE)
        assert (numbers(house, "inbound"), numbers(house, "router"), numbers(house, ROUTE)) == ([2, 1], [2, 1], [2, 1])

    def test_a_workflow_whose_file_is_gone_runs_no_more_once_that_is_published(self, house: House) -> None:
        (house.folder / FILES[PUSH]).unlink()
        assert PUSH in house.space.versions.current
        house.publish(PUSH)
        assert (set(house.space.house.versions.current), numbers(house, PUSH)) == ({ROUTE}, [2, 1])

    @pytest.mark.law(7)
    def test_a_workflow_that_is_published_as_gone_is_live_no_more_and_the_ledger_says_by_whom(
        self, house: House
    ) -> None:
        (house.folder / FILES[PUSH]).unlink()
        house.publish(PUSH)
        with house.space.store.reading() as conn:
            row = conn.execute(select(tables.modes).where(tables.modes.c.workflow == PUSH)).one()
            said = house.space.ledger.read(conn, row.entry_id)
        assert (row.mode, said.kind, said.actor, said.payload["why"]) == (
            Mode.MONITOR, Kind.DEMOTED, PRIYA, "its file is gone",
        )  # fmt: skip

    def test_a_mistake_is_refused_at_its_line_and_nothing_of_it_is_kept(self, house: House) -> None:
        edit(house, FILES[PUSH], "NOT(IsClosed)", "NOT(IsClosde)")
        with pytest.raises(DefinitionError, match=r"workflows/repeated-close-date-push.yaml:\d+"):
            house.publish()
        assert numbers(house, PUSH) == [1]

    def test_a_mistake_in_another_file_stands_in_nobodys_way(self, house: House) -> None:
        house.write({FILES[ROUTE]: "workflow: ["})
        edit(house, FILES[PUSH], "{value: 3,", "{value: 4,")
        house.publish(PUSH)
        assert numbers(house, PUSH) == [2, 1]

    def test_an_owner_who_has_left_holds_up_no_other_workflow(self, house: House) -> None:
        house.org.user("olga.brandt@acme.example", last_name="Brandt")
        house.play("2 minutes")
        edit(house, FILES[ROUTE], "owner: priya.shah", "owner: olga.brandt")
        house.publish(ROUTE)
        (row,) = house.query("SELECT Id FROM User WHERE Username = 'olga.brandt@acme.example'")
        house.update("User", row["Id"], IsActive=False)
        house.play("2 minutes")
        edit(house, FILES[PUSH], "{value: 3,", "{value: 4,")
        house.publish(PUSH)
        edit(house, FILES[ROUTE], "title: ", "title: Still. ")
        with pytest.raises(DefinitionError, match="no longer an active user"):
            house.publish(ROUTE)

    def test_a_comment_makes_no_version(self, house: House) -> None:
        edit(house, FILES[PUSH], "trigger:", "# what starts it\ntrigger:")
        assert operations.unpublished(house.space.house) == []
        with pytest.raises(Refused, match="stands as it is published"):
            house.publish(PUSH)

    def test_only_whom_the_policy_lets_build_publish_and_revert(self, house: House) -> None:
        edit(house, "policy.yaml", "roles:\n", "permissions: {build: [revops]}\nroles:\n")
        house.publish("policy")
        edit(house, FILES[PUSH], "{value: 3,", "{value: 4,")
        with pytest.raises(Refused, match=f"{DANA} may not publish"):
            house.publish(PUSH, by=DANA)
        with pytest.raises(Refused, match=f"{DANA} may not publish"):
            operations.revert(house.space.house, "policy", 1, DANA)
        house.publish(PUSH, by=ROWAN)
        assert operations.versions(house.space.house, PUSH)[0].by == ROWAN

    def test_it_says_what_changes_and_what_follows(self, house: House, a_deal: Make, push: Push) -> None:
        deal = a_deal()
        for _ in range(3):
            push(deal, 14)
        edit(house, FILES[PUSH], "{value: 3,", "{value: 4,")
        [change] = operations.publish(house.space.house, [PUSH], PRIYA, "four, as agreed")
        [told] = change.differences
        assert (told.what, told.before, told.after) == ("threshold pushes", "3", "4")
        assert (change.number, change.before, change.mode, change.in_flight) == (2, 1, Mode.LIVE, 1)

    def test_the_ledger_says_who_published_what_and_why(self, house: House) -> None:
        edit(house, FILES[PUSH], "{value: 3,", "{value: 4,")
        house.publish(PUSH, by=ROWAN, note="four, as agreed")
        entries = tables.ledger_entries
        with house.space.store.reading() as conn:
            newest = select(entries.c.id).where(entries.c.kind == Kind.PUBLISHED).order_by(entries.c.seq.desc())
            said = house.space.ledger.read(conn, conn.scalars(newest.limit(1)).one())
        assert (said.actor, said.payload["number"], said.payload["note"]) == (ROWAN, 2, "four, as agreed")

    def test_status_says_the_mode_of_what_runs(self, house: House) -> None:
        edit(house, FILES[PUSH], "{value: 3,", "{value: 4,")
        assert operations.status(house.space.house).modes[PUSH] is Mode.LIVE
        house.publish(PUSH)
        assert operations.status(house.space.house).modes[PUSH] is Mode.MONITOR


class TestReverting:
    def test_a_revert_is_a_new_version_in_monitor_and_the_file_is_as_it_was(self, house: House) -> None:
        edit(house, FILES[PUSH], "{value: 3,", "{value: 4,  # as agreed\n    ")
        house.publish(PUSH)
        [change] = operations.revert(house.space.house, PUSH, 1, ROWAN, "too late by then")
        assert (change.number, (house.folder / FILES[PUSH]).read_text()) == (3, TEXTS[PUSH])
        house.play()
        assert (house.space.versions.current[PUSH].number, house.space.versions.modes()[PUSH]) == (3, Mode.MONITOR)
        assert house.space.versions.current[PUSH].thresholds == {"pushes": 3}

    def test_a_file_that_was_deleted_comes_back(self, house: House) -> None:
        (house.folder / FILES[PUSH]).unlink()
        house.publish(PUSH)
        operations.revert(house.space.house, PUSH, 1, PRIYA)
        assert (house.folder / FILES[PUSH]).read_text() == TEXTS[PUSH]
        assert PUSH in house.space.house.versions.current

    def test_what_is_not_published_is_not_lost(self, house: House) -> None:
        edit(house, FILES[PUSH], "{value: 3,", "{value: 4,")
        house.publish(PUSH)
        edit(house, FILES[PUSH], "{value: 4,", "{value: 5,")
        with pytest.raises(Refused, match="has changes that are not published"):
            operations.revert(house.space.house, PUSH, 1, PRIYA)

    @pytest.mark.parametrize(
        ("name", "number", "why"),
        [
            pytest.param(PUSH, 1, "says already what version 1 said", id="it is that version"),
            pytest.param(PUSH, 7, "has no version 7", id="no such version"),
            pytest.param("repeated-close-date-pusch", 1, "nothing is called", id="no such file"),
        ],
    )
    def test_what_cannot_be_brought_back_is_refused(self, house: House, name: str, number: int, why: str) -> None:
        with pytest.raises(Refused, match=why):
            operations.revert(house.space.house, name, number, PRIYA)

    def test_a_version_whose_pool_has_changed_says_where_to_look(self, house: House) -> None:
        edit(house, POOL, "weight: 2", "weight: 3")
        house.publish()
        with pytest.raises(Refused, match="says already what version 1 said") as refused:
            operations.revert(house.space.house, ROUTE, 1, PRIYA)
        assert "versions of their own" in refused.value.fix
        operations.revert(house.space.house, "inbound", 1, PRIYA)
        assert (numbers(house, "inbound"), numbers(house, ROUTE)) == ([3, 2, 1], [3, 2, 1])


@pytest.mark.law(12)
@settings(max_examples=5, deadline=None)
@given(st.lists(st.tuples(st.sampled_from(["publish", "revert"]), st.integers(1, 6)), min_size=1, max_size=6))
def test_no_order_of_publishing_and_reverting_changes_what_was_published(acts: list[tuple[str, int]]) -> None:
    with House(only=[PUSH]) as house:
        _ = house.engine
        known = dict[int, tuple[str, str]]()
        for act, number in acts:
            if act == "publish":
                house.write({FILES[PUSH]: TEXTS[PUSH].replace("{value: 3,", f"{{value: {number},")})
            try:
                if act == "publish":
                    house.publish(PUSH)
                else:
                    operations.revert(house.space.house, PUSH, number, PRIYA)
            except Refused:
                continue
            table = tables.versions
            with house.space.store.reading() as conn:
                rows = conn.execute(select(table).where(table.c.name == PUSH)).all()
            found = {row.number: (row.text, row.source) for row in rows}
            assert sorted(found) == list(range(1, len(known) + 2 if known else len(found) + 1))
            assert {number: found[number] for number in known} == known
            known = found
            last = known[max(known)]
            assert (house.folder / FILES[PUSH]).read_text() == last[1]
            assert house.space.house.versions.current[PUSH].text == last[0]
