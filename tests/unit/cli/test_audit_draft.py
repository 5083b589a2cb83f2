"""`upbeat audit --draft`: a fields.yaml to begin with, from the names of the org's fields."""

from collections.abc import Iterator
from typing import Any

import pytest

from upbeat.testing import House


@pytest.fixture(scope="module")
def house() -> Iterator[House]:
    files = {"fields.yaml": "owner: priya.shah@acme.example\n", "tools.yaml": "tools: {}\n"}
    with House(only=["missing-next-step"], files=files) as one:
        yield one


def test_what_the_last_audit_drew_up_is_a_file_that_can_be_read(house: House, upbeat: Any) -> None:
    assert "upbeat audit --draft -o fields.yaml" in upbeat("audit", "--yes").out
    file = house.folder / "fields.yaml"
    refused = upbeat("audit", "--draft", "-o", str(file))
    assert refused.code == 1
    assert "is there already" in refused.err
    file.unlink()
    assert upbeat("audit", "--draft", "-o", str(file)).code == 0
    assert file.read_text() == upbeat("audit", "--draft").out
    assert "  elements:\n    metrics: Opportunity.Metrics__c" in file.read_text()
    assert upbeat("check").code == 0
    upbeat("audit", "--yes")
    over = upbeat("audit", "--draft")
    assert (over.code, "maps a methodology" in over.err) == (1, True)
