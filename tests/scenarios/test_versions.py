"""A workflow is published anew: the new version begins in monitor, and what is under way finishes as it began."""

from collections.abc import Callable, Iterator

import pytest

from upbeat.domain import Mode
from upbeat.testing import House
from upbeat.workflows import PLAYBOOKS

Make = Callable[..., str]
Push = Callable[[str, int], None]

PUSH = "repeated-close-date-push"
FILE = f"workflows/{PUSH}.yaml"
TEXT = (PLAYBOOKS / FILE).read_text()
DANA = "dana.whitfield@acme.example"


@pytest.fixture
def house() -> Iterator[House]:
    with House(only=[PUSH]) as one:
        one.promote(PUSH)
        yield one


@pytest.fixture
def asked(a_deal: Make, push: Push) -> str:
    deal = a_deal()
    for _ in range(3):
        push(deal, 14)
    return deal


def change(house: House, old: str, new: str) -> None:
    assert old in TEXT
    house.write({FILE: TEXT.replace(old, new)})
    house.restart()  # which publishes what differs


@pytest.mark.law(7)
def test_a_changed_workflow_is_in_monitor_again(house: House) -> None:
    assert house.space.versions.modes() == {PUSH: Mode.LIVE}
    change(house, "{value: 3,", "{value: 4,")
    assert house.space.versions.modes() == {PUSH: Mode.MONITOR}


def test_a_comment_makes_no_new_version(house: House) -> None:
    change(house, "trigger:", "# what starts it\ntrigger:")
    assert house.space.versions.modes() == {PUSH: Mode.LIVE}


def test_what_changes_after_it_runs_on_the_new_version(house: House, a_deal: Make, push: Push) -> None:
    change(house, "{value: 3,", "{value: 1,")
    deal = a_deal()
    push(deal, 14)
    run = house.run(deal)
    assert (run.mode, run.version) == ("monitor", house.space.versions.current[PUSH].version)


def test_what_waits_finishes_live_on_the_version_it_began_with(house: House, asked: str) -> None:
    began = house.run(asked).version
    change(house, "  decided:", "  settled:")
    [review] = house.reviews()
    house.approve(review, DANA, "keep the date")
    house.play()
    run = house.run(asked)
    assert (run.outcome, run.version, run.mode) == ("decided", began, "live")


def test_what_waits_finishes_though_its_file_is_gone(house: House, asked: str) -> None:
    house.write({"workflows/advance-stage.yaml": (PLAYBOOKS / "workflows" / "advance-stage.yaml").read_text()})
    (house.folder / FILE).unlink()
    house.restart()
    [review] = house.reviews()
    house.approve(review, DANA, "keep the date")
    house.play()
    assert house.run(asked).outcome == "decided"


@pytest.mark.law(7)
def test_the_file_put_back_is_a_new_version_too(house: House) -> None:
    change(house, "{value: 3,", "{value: 4,")
    change(house, "{value: 3,", "{value: 3,")
    assert house.space.versions.modes() == {PUSH: Mode.MONITOR}


def test_a_pause_by_its_file_is_a_version_and_so_is_its_end(house: House) -> None:
    change(house, "mode: monitor", "mode: paused")
    house.write({FILE: TEXT})
    house.restart()
    assert (house.space.versions.current[PUSH].number, house.space.versions.modes()) == (3, {PUSH: Mode.MONITOR})


def test_a_paused_workflow_takes_nothing_in(house: House, a_deal: Make, push: Push) -> None:
    change(house, "mode: monitor", "mode: paused")
    deal = a_deal()
    push(deal, 14)
    assert (house.runs(deal), house.space.versions.modes()) == ([], {PUSH: Mode.PAUSED})
