"""`upbeat eval`: how well labelled calls are read, by rules or by a model beside them."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from model_server import words
from provider_server import KEY, ProviderServer
from upbeat.operations.evaluating import ELEMENTS

Type = Callable[..., Any]
SAID = """[00:00:02] Ines Amaral: Who signs this off?
[00:00:06] Joost Kramer: Our finance director, Edda Brandt, she signs it off.
[00:00:12] Ines Amaral: Thanks. I'll send you the pilot plan by Friday.
"""
MEETING = {
    "title": "Pump sensors",
    "start": "2026-03-03T09:00:00+01:00",
    "duration_s": 16,
    "participants": [
        {"name": "Ines Amaral", "email": "ines@sensors.example", "internal": True},
        {"name": "Joost Kramer", "email": "joost@dyke.example", "company": "Dyke Works", "internal": False},
    ],
}
BUYER = "Our finance director, Edda Brandt, she signs it off."
LABELS = {
    **dict.fromkeys(ELEMENTS),
    "economic_buyer": {"value": "Edda Brandt, finance director", "quote": BUYER, "turn_index": 1},
    "champion": {"value": "Joost Kramer", "quote": "Our finance director", "turn_index": 1},
    "next_steps": [
        {
            "text": "Send the pilot plan",
            "owner": "Ines Amaral",
            "due": "2026-03-06",
            "quote": "I'll send you the pilot plan by Friday.",
            "turn_index": 2,
        }
    ],
    "questions_by_internal": 1,
    "talk_ratio_internal": 0.5,
    "speaker_map": {"Ines Amaral": "ines@sensors.example", "Joost Kramer": "joost@dyke.example"},
}


@pytest.fixture
def calls(tmp_path: Path) -> Path:
    folder = tmp_path / "calls/first"
    folder.mkdir(parents=True)
    (folder / "transcript.txt").write_text(SAID)
    (folder / "meeting.json").write_text(json.dumps(MEETING))
    (folder / "labels.json").write_text(json.dumps(LABELS))
    return folder.parent


@pytest.fixture
def server() -> Iterator[ProviderServer]:
    def say(quote: str) -> dict[str, Any]:
        finding = {"kind": "methodology", "name": "champion", "value": "Joost Kramer", "turn": 1, "quote": quote}
        return finding | {"person": 1, "due": "", "confidence": 0.8}

    said = {"findings": [say("Our finance director"), say("I'll fight for it")], "injections": []}
    with ProviderServer(answer=words(json.dumps(said))) as one:
        yield one


def test_each_part_of_the_reading_has_its_figures(type_: Type, calls: Path) -> None:
    figures = type_("eval", calls, "--json").json["figures"]
    assert figures["economic_buyer f1"] == 1
    assert figures["champion recall"] == 0
    assert figures["next_steps f1"] == 1
    assert figures["dues f1"] == 1
    assert figures["grounding"] == 1
    assert {figures[name] for name in ("logged", "speakers", "questions")} == {1}


def test_what_changed_since_is_told_by_name(type_: Type, calls: Path, tmp_path: Path) -> None:
    kept = tmp_path / "kept.json"
    assert "Nothing changed." in type_("eval", calls, "--save", kept).out + type_("eval", calls, "--against", kept).out
    labels = LABELS | {"champion": None}
    (calls / "first/labels.json").write_text(json.dumps(labels))
    assert "champion recall" in type_("eval", calls, "--against", kept).out


@pytest.mark.law(5)
def test_a_model_adds_what_the_talk_proves_and_its_cost_is_told(
    type_: Type, calls: Path, tmp_path: Path, server: ProviderServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("READER_KEY", KEY)
    space = tmp_path / "space"
    type_("init", space)
    with (space / "upbeat.yaml").open("a") as settings:
        settings.write(f"""
models:
  allow:
    reader:
      url: {server.url}/v1
      model: reader-small
      owner: priya.shah@acme.example
      tasks: [extraction]
      secret_env: READER_KEY
      cost: 0.02
""")
    said = type_("eval", calls, "--extractor", "reader", "--dir", space, "--json").json
    assert said["figures"]["champion f1"] == 1
    assert said["calls"][0]["score"]["dropped"] == 1
    assert (said["calls_of_models"], float(said["cost"])) == (1, 0.02)
    [asked] = server.asked
    assert "Edda Brandt" in asked.body.decode()  # whom nobody named to the house
    assert "Joost Kramer" not in asked.body.decode()


def test_a_model_that_is_not_allowed_is_not_asked(type_: Type, calls: Path, tmp_path: Path) -> None:
    type_("init", tmp_path / "space")
    said = type_("eval", calls, "--extractor", "reader", "--dir", tmp_path / "space")
    assert (said.code, "allows no model reader" in said.err) == (1, True)


def test_a_call_that_cannot_be_read_is_told_and_the_others_are_counted(type_: Type, calls: Path) -> None:
    (calls / "second").mkdir()
    (calls / "second/labels.json").write_text(json.dumps(LABELS))
    said = type_("eval", calls, "--json").json
    assert len(said["calls"]) == 1
    assert "there is no transcript" in said["unread"]["second"]


def test_a_folder_without_labels_says_how_one_looks(type_: Type, tmp_path: Path) -> None:
    said = type_("eval", tmp_path)
    assert (said.code, "each with transcript.*, meeting.json and labels.json" in said.err) == (1, True)


def test_of_meetings_it_says_how_well_the_stretch_that_answers_a_question_is_found(type_: Type, tmp_path: Path) -> None:
    said = [
        {"speaker": "A", "content": text} for text in ["Good morning."] * 30 + ["The licence costs nine thousand."] * 3
    ]
    asked = [{"query": "What does the licence cost?", "relevant_text_span": [["30", "32"]]}]
    file = tmp_path / "meetings.jsonl"
    file.write_text(json.dumps({"meeting_transcripts": said, "specific_query_list": asked}) + "\n")
    found = type_("eval", file, "--json").json
    assert (found["meetings"], found["turns"], found["questions"]) == (1, 33, 1)
    assert float(found["f1"]) > float(found["whole"])


def test_a_line_that_is_no_meeting_is_told_by_its_number(type_: Type, tmp_path: Path) -> None:
    file = tmp_path / "meetings.jsonl"
    file.write_text("{}\n")
    said = type_("eval", file)
    assert (said.code, "meetings.jsonl:1" in said.err) == (1, True)
