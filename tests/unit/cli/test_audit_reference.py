"""The reference names every key that the audit's JSON has, so that a program may rely on the page."""

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from tests.unit.foundation.audits import AT, a_messy_audit, an_audit

from upbeat.base import encode
from upbeat.cli.pages.audit import COLUMNS
from upbeat.foundation import Attestation, Consequence, Measure, Readiness, tell

PAGE = (Path(__file__).parents[3] / "docs" / "reference" / "audit.md").read_text()


def keys(value: Any) -> Iterator[str]:
    match value:
        case dict():
            yield from value
            for one in value.values():
                yield from keys(one)
        case list():
            for one in value:
                yield from keys(one)
        case _:
            return


def test_every_key_of_the_json_stands_on_the_page() -> None:
    audit = a_messy_audit()
    said = Attestation("api-footprint", "liam@acme.example", AT, "reviewed", AT)
    whole = replace(
        audit,
        items=(replace(audit.items[0], attested=said), *audit.items[1:]),
        consequences=(Consequence(audit.findings[0].key, "stalled-deal", "flags deals that are won"),),
        readiness=(Readiness("stalled-deal", "Stalled deals", live=False, data=(), triggers=()),),
        beyond=(Measure("close-dates-past", 1, 2, "half of them"),),
    )
    found = set(keys(json.loads(encode(tell(whole, an_audit())))))
    assert sorted(found - set(re.findall(r"`(\w+)`", PAGE))) == []


def test_every_column_of_the_table_stands_on_the_page() -> None:
    told = " ".join(PAGE.split("## The table")[1].split())
    assert f"finding first: {', '.join(COLUMNS)}." in told
