"""One record's whole journey across workflows, and search everywhere."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final
from urllib.parse import quote, urlencode

from upbeat.console.area import Area, Done
from upbeat.console.asked import Asked, MissingError
from upbeat.console.journeys import RunTold, elsewhere_told, open_told, run_told
from upbeat.console.permissions import Permission
from upbeat.console.reach import Number, reach
from upbeat.console.runs import STATES, Wronged, say_wrong
from upbeat.console.told import telling
from upbeat.operations import Told, Wrong
from upbeat.operations.tracing import Hit, Hits, Question, RecordStory, Sort, record_story, search

area = Area("records")

_SORTS: Final = {
    "record": ("Records", "/records/"),
    "run": ("Runs", "/runs/"),
    "workflow": ("Workflows", "/workflows/"),
    "person": ("People", ""),
    "review": ("Reviews", "/review/"),
    "conversation": ("Calls and mail", "/calls/"),
}  # what a sort is called, and where it is shown


@dataclass(frozen=True, slots=True)
class Record:
    """One record; `told` are its runs in words, by their ids, `elsewhere` what runs of other records did to it.

    `open` is what waits for a person, `wrongs` what may be wrong with a flag, `states` where a run may stand.
    """

    story: RecordStory
    told: dict[str, RunTold]
    open: tuple[Question, ...]
    elsewhere: tuple[Told, ...]
    wrongs: tuple[str, ...]
    states: dict[str, str]
    is_newest: bool


@dataclass(frozen=True, slots=True)
class Found:
    """One thing that fits, and the page that shows it; `to` is empty where none does."""

    to: str
    title: str
    detail: str


@dataclass(frozen=True, slots=True)
class Group:
    """What fits of one sort."""

    name: str
    found: tuple[Found, ...]


@dataclass(frozen=True, slots=True)
class Searched:
    """What was found; `without_people` is whether the org did not answer who there is."""

    text: str
    groups: tuple[Group, ...]
    without_people: bool


@area.page("/search", needs=Permission.OWN, template="search/found.html", title="Search")
def everywhere(asked: Asked, q: str = "") -> Searched:
    """Find records, runs, workflows, people, reviews and conversations by how an id or a word begins."""
    hits = search(asked.house, q, reach(asked))
    return Searched(hits.text, tuple(_groups(asked, hits)), hits.without_people)


@area.page("/records/{record_id}", needs=Permission.OWN, template="records/one.html", title="Record")
def record(asked: Asked, record_id: str, before: Number = 0) -> Record:
    """Tell all that was done about one record, the newest first, with why each time."""
    story = record_story(asked.house, record_id, reach(asked), before=before)
    if story is None:
        fix = "Nothing has ever fired on it, or it belongs to somebody else. Press / to look for another."
        raise MissingError("nothing is known of this record, or it is not yours to see", fix=fix)
    told = {one.line.run: run_told(asked, one) for one in story.runs}
    return Record(
        story=story,
        told=told,
        open=open_told(asked, story),
        elsewhere=elsewhere_told(asked, story),
        wrongs=tuple(Wrong),
        states=STATES,
        is_newest=not before,
    )


@area.action("/records/{record_id}/wrong", needs=Permission.OWN, back="/records/{record_id}", by_person=True)
def wrong(asked: Asked, record_id: str, body: Wronged) -> Done:
    """Say that a flag on the record is wrong: its owner answers by a time."""
    return say_wrong(asked, body.run, body, to=f"/records/{record_id}")


def _groups(asked: Asked, hits: Hits) -> Iterator[Group]:
    for sort, (name, to) in _SORTS.items():
        mine = [one for one in hits.hits if one.sort == sort]
        if mine:
            yield Group(name, tuple(Found(_address(asked, one, to), *_words(asked, one)) for one in mine))


def _words(asked: Asked, hit: Hit) -> tuple[str, str]:
    if hit.sort is not Sort.REVIEW:
        return hit.title, hit.detail
    title = telling(asked.house, {}, asked.zone).words(hit.object, hit.title)
    return title, f"{hit.detail}, with {asked.called(hit.owner)}"


def _address(asked: Asked, hit: Hit, to: str) -> str:
    if hit.sort is Sort.PERSON:  # what they did is what there is of them
        return f"/audit?{urlencode({'actor': hit.key})}" if asked.may(Permission.AUDIT) else ""
    return to + quote(hit.key)
