"""Every command, on a workspace in which something has happened: in words, and as JSON and nothing else."""

from collections.abc import Iterator
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from typer.main import get_command

from upbeat.cli import app
from upbeat.localorg import sample
from upbeat.testing import House

ROUTE, ADVANCE, NEXT = "route-inbound-leads", "advance-stage", "missing-next-step"
PRIYA, ROWAN, DANA, MAYA = (
    f"{name}@acme.example" for name in ("priya.shah", "rowan.ellis", "dana.whitfield", "maya.chen")
)


_NUMBERS = count(1)


@pytest.fixture(scope="module")
def house() -> Iterator[House]:
    with House(only=[ROUTE, ADVANCE, NEXT]) as one:
        one.promote(ROUTE, ADVANCE)
        yield one


@pytest.fixture
def lead(house: House) -> str:
    """A lead that was routed, of a company of its own: else two of one name would be one person."""
    company, queue = f"Pennant {next(_NUMBERS)}", house.ids["New Leads"]
    found = house.create("Lead", LastName="Evans", Company=company, Country="UK", OwnerId=queue)
    house.play()
    return found


@pytest.fixture
def review(house: House) -> str:
    """A change of stage that waits for release."""
    deal = house.create("Opportunity", by=MAYA, Name="Lowell", StageName="Qualification", CloseDate="2027-03-31")
    house.play("1 minute")
    house.update("Opportunity", deal, by=MAYA, Verbal_Commitment__c=True)
    house.play()
    return next(one.id for one in house.reviews() if one.record_id == deal)


def leaves(command: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    """Give every command that does something, by the words that one types."""
    if not hasattr(command, "commands"):
        yield path.strip(), command
        return
    for name, one in command.commands.items():
        yield from leaves(one, f"{path} {name}")


def test_every_command_has_json() -> None:
    without = [path for path, one in leaves(get_command(app)) if not any("--json" in it.opts for it in one.params)]
    assert without == []


def test_every_command_and_option_says_what_it_does() -> None:
    silent = [path for path, one in leaves(get_command(app)) if not one.help]
    silent += [
        f"{path} {it.name}"
        for path, one in leaves(get_command(app))
        for it in one.params
        if not getattr(it, "help", "") and it.name != "help"
    ]
    assert silent == []


class TestLooking:
    def test_status_counts_what_is_where(self, upbeat: Any, lead: str) -> None:
        found = upbeat("status", "--json").json
        assert found["items"][f"{ROUTE} (live)"]["routed"] >= 1
        assert lead
        assert "routed" in upbeat("status").out

    def test_explain_tells_a_run_from_event_to_write(self, upbeat: Any, lead: str) -> None:
        [run] = upbeat("explain", lead, "--json").json
        assert run["outcome"] == "routed"
        words = upbeat("explain", run["run"][:10]).out
        for part in ("was created", "the condition held", "step route, agent router", "OwnerId: New Leads", "ledger #"):
            assert part in words

    @pytest.mark.law(12)
    def test_the_register_shows_what_runs(self, upbeat: Any) -> None:
        rows = [one["row"] for one in upbeat("register", "--json").json["triggers"]]
        assert {(row["workflow"], row["mode"]) for row in rows} == {
            (ROUTE, "live"),
            (ADVANCE, "live"),
            (NEXT, "monitor"),
        }
        words = upbeat("register").out
        for part in (ROUTE, PRIYA, "Opportunity", "approval"):
            assert part in words

    def test_check_finds_nothing_wrong_with_what_is_shipped(self, upbeat: Any) -> None:
        said = upbeat("check", "--json")
        assert (said.code, [one for one in said.json if one["severity"] == "error"]) == (0, [])
        assert "3 workflows checked" in upbeat("check").out

    def test_the_ledger_holds(self, upbeat: Any, lead: str) -> None:
        assert lead
        assert upbeat("ledger", "verify", "--json").json["ok"] is True
        assert "The ledger holds" in upbeat("ledger", "verify").out

    @pytest.mark.parametrize("form", ["jsonl", "csv"])
    def test_the_ledger_is_handed_to_a_stranger_who_can_check_it(
        self, upbeat: Any, lead: str, tmp_path: Path, form: str
    ) -> None:
        file = tmp_path / "export"
        said = upbeat("ledger", "export", "--format", form, "-o", str(file), "--as", DANA, "--json").json
        assert lead in file.read_text()
        assert [one.client_secret in file.read_text() for one in sample.CONNECTIONS.values()] == [False, False]
        found = upbeat("ledger", "verify", "--file", str(file), "--json").json
        assert (found["ok"], found["entries"], found["head"]) == (True, said["entries"], said["head"])
        file.write_text(file.read_text().replace(lead, lead[::-1]))
        assert upbeat("ledger", "verify", "--file", str(file)).code == 1

    def test_who_took_an_export_stands_in_the_next_one(self, upbeat: Any, lead: str) -> None:
        assert lead
        upbeat("ledger", "export", "--as", DANA)
        assert "ledger:entries:exported" in upbeat("ledger", "export", "--as", DANA).out
        assert upbeat("ledger", "export", "--workflow", "none", "--as", DANA).code == 1
        assert upbeat("ledger", "export").code == 1


class TestReviews:
    def test_the_list_shows_what_waits_for_whom(self, upbeat: Any, review: str) -> None:
        found = upbeat("review", "list", "--json").json
        assert review in [one["id"] for one in found]
        assert "Lowell: StageName Qualification → Negotiation/Review" in upbeat("review", "list").out

    def test_the_list_of_one_person_has_nothing_of_others(self, upbeat: Any, review: str) -> None:
        assert review not in [one["id"] for one in upbeat("review", "list", "--owner", MAYA, "--json").json]

    def test_show_tells_the_change_the_reasons_and_who_may_say_so(self, upbeat: Any, review: str) -> None:
        assert upbeat("review", "show", review, "--json").json["id"] == review
        words = upbeat("review", "show", review[:10]).out
        for part in ("StageName: Qualification → Negotiation/Review", "Released by: revenue_manager", "upbeat explain"):
            assert part in words

    def test_approve_says_who_is_still_missing_and_then_that_it_is_released(self, upbeat: Any, review: str) -> None:
        assert "still needed: sales_manager" in upbeat("review", "approve", review, "--as", ROWAN).out
        assert upbeat("review", "approve", review, "--as", DANA, "--json").json["state"] == "approved"

    def test_reject_says_no_with_the_reason(self, upbeat: Any, review: str) -> None:
        said = upbeat("review", "reject", review, "--reason", "wrong time", "--as", ROWAN, "--json").json
        assert (said["state"], said["note"], said["decided_by"]) == ("rejected", "wrong time", ROWAN)

    def test_who_one_is_may_stand_in_the_environment(
        self, upbeat: Any, review: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("UPBEAT_USER", ROWAN)
        assert upbeat("review", "reject", review, "--reason", "wrong fact", "--json").json["decided_by"] == ROWAN


class TestGoverning:
    def test_promote_and_demote(self, upbeat: Any, house: House) -> None:
        house.play()
        done = upbeat("promote", NEXT, "--by", PRIYA, "--by", ROWAN, "--json").json
        assert (done["mode"], done["by"]) == ("live", [PRIYA, ROWAN])
        assert upbeat("demote", NEXT, "--why", "too much", "--as", DANA, "--json").json["mode"] == "monitor"

    @pytest.mark.law(15)
    def test_stop_and_resume(self, upbeat: Any) -> None:
        assert upbeat("stop", "--as", DANA, "--why", "wrong", "--json").json["by"] == DANA
        assert "All writes are stopped" in upbeat("status").out
        assert upbeat("resume", "--as", DANA, "--json").json["why"] == "wrong"

    def test_look_makes_a_schedule_due(self, upbeat: Any, house: House) -> None:
        said = upbeat("look", NEXT, "--json")
        assert said.code == 0
        house.play()


class TestRollback:
    def test_it_shows_what_would_go_back_and_asks(self, upbeat: Any, house: House, lead: str) -> None:
        owner = house.owner("Lead", lead)
        said = upbeat("rollback", lead, "--as", DANA, stdin="n\n")
        house.play()
        assert "OwnerId" in said.out
        assert house.owner("Lead", lead) == owner

    def test_with_yes_it_is_done(self, upbeat: Any, house: House, lead: str) -> None:
        said = upbeat("rollback", lead, "--yes", "--as", DANA, "--json")
        house.play()
        assert (len(said.json["run"]), house.owner("Lead", lead)) == (64, "New Leads")

    def test_as_json_without_yes_it_is_a_preview(self, upbeat: Any, house: House, lead: str) -> None:
        owner = house.owner("Lead", lead)
        found = upbeat("rollback", lead, "--as", DANA, "--json").json
        house.play()
        assert (found["run"], len(found["reversals"]), house.owner("Lead", lead)) == ("", 1, owner)


class TestRunning:
    def test_run_until_idle_carries_out_what_waits(self, upbeat: Any, house: House) -> None:
        house.close()
        lead = house.create("Lead", LastName="Late", Company="Firm", Country="UK", OwnerId=house.ids["New Leads"])
        said = upbeat("run", "--until-idle", "--since", "1 hour", "--json")
        assert said.code == 0
        assert house.run(lead).outcome == "routed"

    def test_an_answer_without_an_engine_says_what_carries_it_out(self, upbeat: Any, house: House, review: str) -> None:
        house.close()
        assert (
            "`upbeat run` carries it out"
            in upbeat("review", "approve", review, "--as", ROWAN).out
            + upbeat("review", "approve", review, "--as", DANA).out
        )


def test_the_version_is_told(type_: Any) -> None:
    assert type_("--version").out.strip()
