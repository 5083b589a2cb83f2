"""The register: what it says of the house is what the house does."""

import csv
import json
from collections.abc import Callable, Iterator
from io import StringIO
from pathlib import Path

import pytest
from typer.testing import CliRunner

from upbeat import operations
from upbeat.cli import app
from upbeat.operations import Registered
from upbeat.testing import House
from upbeat.workflows import PLAYBOOKS

Make = Callable[..., str]
Push = Callable[[str, int], None]

PUSH, SINGLE = "repeated-close-date-push", "single-threaded-larger-deals"
FILE = f"workflows/{PUSH}.yaml"

pytestmark = pytest.mark.law(12)


@pytest.fixture
def house() -> Iterator[House]:
    with House(only=[PUSH]) as one:
        yield one


def entry(house: House) -> Registered:
    (only,) = operations.the_register(house.space.house).triggers
    return only


def test_the_register_shows_the_version_and_the_mode_that_a_run_then_has(
    house: House, a_deal: Make, push: Push
) -> None:
    deal = a_deal()
    for _ in range(3):
        push(deal, 14)
    run = house.run(deal)
    assert (entry(house).row.version, entry(house).row.mode) == (run.version, run.mode)


def test_every_workflow_that_runs_is_in_it_as_it_was_compiled() -> None:
    with House() as house:
        running = house.space.house.versions.current
        said = {one.row.workflow: one.row for one in operations.the_register(house.space.house).triggers}
        assert said.keys() == running.keys()
        for name, flow in running.items():
            row = said[name]
            assert (row.version, row.condition, row.owner) == (flow.version, flow.when.canonical, flow.owner)
            assert {one.name: one.value for one in row.thresholds} == {
                threshold: str(value) for threshold, value in flow.thresholds.items()
            }
            written = [{f"{target}.{field}" for target, field in step.writes} for step in flow.steps]
            assert [set(one.writes) for one in row.actions] == written


def test_a_promotion_stands_in_the_register_at_once_with_who_took_it_live(house: House) -> None:
    before = entry(house)
    house.promote(PUSH)
    after = entry(house)
    assert (before.row.mode, before.live_since, before.review_due) == ("monitor", None, None)
    assert (after.row.mode, after.live_since) == ("live", house.clock.now())
    assert len(after.live_by.split(" and ")) == 2


def test_a_live_trigger_says_when_it_is_reviewed_next(house: House) -> None:
    house.promote(PUSH)
    every = house.space.house.policy.triggers.review_every
    assert entry(house).review_due == house.clock.now() + every


@pytest.mark.parametrize(("pushes", "outcome"), [(1, "waiting"), (2, "condition not met")])
def test_the_threshold_in_the_register_is_the_one_that_holds(
    house: House, a_deal: Make, push: Push, pushes: int, outcome: str
) -> None:
    text = (PLAYBOOKS / FILE).read_text()
    house.write({FILE: text.replace("{value: 3,", f"{{value: {pushes},")})
    house.restart()
    deal = a_deal()
    push(deal, 14)
    [threshold] = entry(house).row.thresholds
    assert (threshold.name, threshold.value, house.run(deal).outcome) == ("pushes", str(pushes), outcome)


def test_each_action_says_by_which_rule_it_has_its_tier_and_who_answers_for_the_rule() -> None:
    with House(only=["advance-stage"]) as house:
        [action] = entry(house).row.actions
    assert action.tier == "approval"
    assert {rule.effect: rule.roles for rule in action.rules} == {
        "stage": ("sales_manager",),
        "commit": ("revenue_manager",),
    }
    assert all(rule.why and rule.owner for rule in action.rules)


def printed(house: House, *options: str) -> str:
    house.close()
    result = CliRunner().invoke(app, ["register", "--dir", str(house.folder), *options])
    assert result.exit_code == 0, result.output
    return result.stdout


def test_as_csv_it_is_a_row_for_each_action() -> None:
    with House() as house:
        rows = list(csv.DictReader(StringIO(printed(house, "--format", "csv"))))
        steps = [step for flow in house.space.house.versions.current.values() for step in flow.steps]
    assert [row["step"] for row in rows] == [step.name for step in steps]
    assert {row["tier"] for row in rows} >= {"auto", "approval"}
    assert all(row["owner"] and row["rollback"] and row["condition"] for row in rows)


def test_as_a_page_it_stands_alone(house: House, tmp_path: Path) -> None:
    file = tmp_path / "register.html"
    printed(house, "-o", str(file))
    page = file.read_text()
    assert "prefers-color-scheme: dark" in page
    assert not [word for word in ("<script", "http://", "https://", "src=", "@import", "url(") if word in page]
    assert "$Signal.PushCount &gt;= $Threshold.pushes" in page


def test_a_title_that_looks_like_markup_is_text_on_the_page(house: House) -> None:
    text = (PLAYBOOKS / FILE).read_text()
    house.write({FILE: text.replace("title: Bring deals", "title: <img src=x> Bring deals")})
    page = printed(house, "--format", "page")
    assert "&lt;img src=x&gt; Bring deals" in page
    assert "<img" not in page


def test_a_title_that_a_spreadsheet_would_run_is_text_in_csv(house: House) -> None:
    text = (PLAYBOOKS / FILE).read_text()
    house.write({FILE: text.replace("title: Bring deals", "title: =HYPERLINK(1) deals")})
    [row] = csv.DictReader(StringIO(printed(house, "--format", "csv")))
    assert row["title"].startswith("'=HYPERLINK")


@pytest.mark.parametrize("options", [("--json",), ("--format", "json")], ids=["--json", "--format json"])
def test_as_json_it_has_all_of_it(house: House, options: tuple[str, ...]) -> None:
    [one] = json.loads(printed(house, *options))["triggers"]
    assert one["row"]["workflow"] == PUSH
    assert one["row"]["thresholds"][0]["why"]


def test_as_markdown_each_workflow_has_its_part(house: House) -> None:
    text = printed(house, "--format", "markdown")
    assert "## Bring deals whose close date keeps moving to the manager's weekly inspection · monitor" in text
    assert "| pushes | 3 | The third push" in text
