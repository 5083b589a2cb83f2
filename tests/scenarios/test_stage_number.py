"""A condition on the place of a deal's stage, which the org's own order of stages decides."""

from collections.abc import Callable, Iterator

import pytest

from upbeat.schema import Stage
from upbeat.testing import House
from upbeat.workflows import PLAYBOOKS

Make = Callable[..., str]

NEXT = "missing-next-step"
FILE = f"workflows/{NEXT}.yaml"


@pytest.fixture(scope="module")
def house() -> Iterator[House]:
    text = (PLAYBOOKS / FILE).read_text(encoding="utf-8")
    head, _, rest = text.partition("  when: |")
    when = "AND(NOT(IsClosed), ISBLANK(NextStep), $Signal.StageNumber > 2)"
    with House(
        only=[NEXT], files={FILE: f"{head}  when: |\n    {when}\n  if_still{rest.partition('if_still')[2]}"}
    ) as one:
        first = Stage("Discovery", 0, "Pipeline", probability=5)
        one.org.define(stages=[first, *one.org.schema.stages])
        one.promote(NEXT)
        yield one


def test_a_deal_whose_stage_comes_late_in_the_orgs_order_is_found_by_its_sweep(house: House, a_deal: Make) -> None:
    early = a_deal(NextStep=None, StageName="Prospecting")
    late = a_deal(NextStep=None, StageName="Qualification")
    house.play("1 day")
    assert house.runs(early) == []
    assert house.run(late).outcome == "asked"


def test_its_explanation_says_the_number(house: House, a_deal: Make) -> None:
    deal = a_deal(NextStep=None, StageName="Proposal/Price Quote")
    house.play("1 day")
    told = "\n".join(line for one in house.run(deal).told for line in (one.what, *one.details))
    assert "StageNumber 8 is above 2" in told
