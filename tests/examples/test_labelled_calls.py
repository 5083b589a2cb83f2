"""Labelled calls, where there are any: every transcript read with exact times, and measured as its labels say.

They are looked for where `UPBEAT_CALLS` says, else in `../shared` beside the project: folders with a `transcript.*`, a
`meeting.json` and a `labels.json`.
"""

import json
import os
from pathlib import Path
from typing import Any

import pytest

from upbeat.conversation import Conversation
from upbeat.conversation.formats import read, sidecar
from upbeat.conversation.measuring import measure
from upbeat.conversation.privacy import Exclusions, excluded

ROOT = Path(__file__).parents[2]
CALLS = Path(os.environ.get("UPBEAT_CALLS", ROOT.parent / "shared" / "data" / "calls"))
FOLDERS = sorted(labels.parent for labels in CALLS.glob("*/labels.json"))

pytestmark = pytest.mark.skipif(not FOLDERS, reason=f"no labelled calls lie in {CALLS}")


@pytest.fixture(params=FOLDERS, ids=lambda folder: folder.name)
def call(request: pytest.FixtureRequest) -> tuple[Conversation, dict[str, Any]]:
    folder: Path = request.param
    (transcript,) = folder.glob("transcript.*")
    beside = sidecar("meeting.json", (folder / "meeting.json").read_bytes())
    talk = read(transcript.name, transcript.read_bytes(), beside)
    return talk, json.loads((folder / "labels.json").read_text())


def quotes(labels: Any) -> list[tuple[str, int]]:
    """Give every quote of the labels with the turn that has it."""
    if isinstance(labels, list):
        return [quote for one in labels for quote in quotes(one)]
    if not isinstance(labels, dict):
        return []
    mine = [(labels["quote"], labels["turn_index"])] if "quote" in labels else []
    return mine + [quote for one in labels.values() for quote in quotes(one)]


def test_every_turn_has_the_words_that_the_labels_quote_from_it(call: tuple[Conversation, dict[str, Any]]) -> None:
    talk, labels = call
    assert [quote for quote, turn in quotes(labels) if quote not in talk.turns[turn].text] == []


def test_a_call_is_measured_as_its_labels_say(call: tuple[Conversation, dict[str, Any]]) -> None:
    talk, labels = call
    found = measure(talk)
    assert {one.label: one.seconds for one in found.voices} == pytest.approx(labels["talk_seconds"], abs=0.011)
    assert found.talk_ratio == pytest.approx(labels["talk_ratio_internal"], abs=0.005)
    assert found.questions == labels["questions_by_internal"]


def test_a_call_is_kept_where_somebody_from_outside_takes_part(call: tuple[Conversation, dict[str, Any]]) -> None:
    talk, labels = call
    assert (excluded(talk, Exclusions()) is None) is labels["log_to_crm"]
