"""What users' own workflow tests stand on."""

import shutil
from datetime import timedelta
from pathlib import Path

import pytest

from upbeat.engine import Engine, Turn
from upbeat.intake import Accepted
from upbeat.testing import BusyError, House
from upbeat.workflows import PLAYBOOKS, DefinitionError

ROUTE = "route-inbound-leads"


def test_a_house_takes_a_folder_of_ones_own_and_the_workflows_that_one_names(tmp_path: Path) -> None:
    shutil.copytree(PLAYBOOKS, tmp_path / "mine", ignore=shutil.ignore_patterns("*.py*"))
    with House(tmp_path / "mine", only=[ROUTE]) as house:
        assert set(house.space.workflows) == {ROUTE}


def test_files_stand_over_those_of_the_folder() -> None:
    text = (PLAYBOOKS / "workflows" / f"{ROUTE}.yaml").read_text().replace("Give every new lead", "Give each new lead")
    with House(only=[ROUTE], files={f"workflows/{ROUTE}.yaml": text}) as house:
        assert house.space.workflows[ROUTE].title.startswith("Give each new lead")


def test_what_the_files_name_may_be_put_into_the_org_before_they_are_read() -> None:
    policy = (PLAYBOOKS / "policy.yaml").read_text().replace("dana.whitfield@acme.example", "ana.diaz@yours.example")
    with House(only=[ROUTE], files={"policy.yaml": policy}) as house:
        with pytest.raises(DefinitionError, match=r"ana\.diaz@yours\.example"):
            _ = house.engine
        house.org.user("ana.diaz@yours.example", last_name="Diaz")
        house.clock.advance(timedelta(minutes=1))
        house.promote(ROUTE)


@pytest.mark.law(9)
def test_time_passes_only_where_it_is_told_to() -> None:
    with House(only=[ROUTE]) as house:
        before = house.clock.now()
        house.promote(ROUTE)
        assert house.clock.now() == before
        house.play("3 hours")
        assert (house.clock.now() - before).total_seconds() == 3 * 60 * 60


def test_an_engine_that_finds_no_end_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    with House(only=[ROUTE]) as house:
        _ = house.engine
        monkeypatch.setattr(Engine, "turn", lambda _self: Turn(Accepted(), moved=1, batches=0, polled=True))
        with pytest.raises(BusyError, match="100 turns"):
            house.play()


def test_what_the_org_refuses_fails_the_test_that_asked_for_it() -> None:
    with House(only=[ROUTE]) as house, pytest.raises(AssertionError, match="LastName"):
        house.create("Lead", Company="Nameless")


def test_a_record_that_nothing_happened_to_has_no_runs() -> None:
    with House(only=[ROUTE]) as house:
        assert house.runs(house.create("Account", Name="Quiet")) == []


def test_with_a_year_the_ids_of_the_sample_stand_under_its_names() -> None:
    with House(only=[ROUTE], year=True) as house:
        assert house.get("Opportunity", house.ids["deal pushed twice 1"])["StageName"] == "Value Proposition"
