"""Whether tools know accounts and contacts again by an id: how many have one, and whether it is theirs alone."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from upbeat.foundation.behind import behind
from upbeat.foundation.checks import Check, Look
from upbeat.foundation.findings import (
    MOST_RECORDS,
    Exhibit,
    Finding,
    Found,
    Measure,
    RecordAt,
    Unseen,
    Weight,
)
from upbeat.foundation.ground import Ground
from upbeat.foundation.questions import Question, Row, Way, filled, portions
from upbeat.workflows import Tool

_OF_DEALS: Final[Mapping[str, tuple[str, str]]] = {  # what such a record is called, and which they are
    "Account": ("accounts of open deals", "Id IN (SELECT AccountId FROM Opportunity WHERE IsClosed = false)"),
    "Contact": (
        "contacts in a role of an open deal",
        "Id IN (SELECT ContactId FROM OpportunityContactRole WHERE Opportunity.IsClosed = false)",
    ),
}
"""The records that a tool must know, whatever else it does not: those that deals are made with."""
_KNOWN_AGAIN: Final = frozenset({"Account", "Contact", "Opportunity"})
_MOST_IDS: Final = 200  # ids that several records have, of one field
_ASKED: Final = 4  # queries that hold as many ids, of one field
_MINUTES: Final = 5  # to find out which record an id is


@dataclass(frozen=True, slots=True)
class _Id:
    """The field that holds a tool's id, and whether the org keeps it unique; `Id` where it is Salesforce's own."""

    tool: Tool
    object: str
    field: str
    unique: bool

    @property
    def path(self) -> str:
        return f"{self.object}.{self.field}"


@dataclass(frozen=True, slots=True)
class _Count:
    """Of an object's records: how many there are, how many have an id, how many ids there are."""

    records: int
    have: int
    ids: int


def _look(ground: Ground) -> Look:
    named = list(_named(ground))
    unseen = [
        Unseen(one.object, one.field, f"the id of {one.tool.title}: the org has no such field, or hides it")
        for one in named
        if not ground.has(one.object, one.field)
    ]
    kept = [one for one in named if one.field != "Id" and ground.has(one.object, one.field)]
    asked = {(name, deals): _count(name, kept, deals=deals) for name in _objects(kept) for deals in (False, True)}
    answers = dict(zip(asked, (yield list(asked.values())), strict=True))
    unseen += [Unseen(name, "", answer.denied) for (name, _), answer in answers.items() if answer.denied]
    told = [one for one in kept if not answers[one.object, False].denied]
    everywhere = {one: _of(one, kept, answers[one.object, False].row) for one in told}
    doubled = [one for one in told if everywhere[one].have > everywhere[one].ids]
    shared = yield [_several(one) for one in doubled]
    unseen += [
        Unseen(one.object, one.field, its.denied) for one, its in zip(doubled, shared, strict=True) if its.denied
    ]
    several = {one: its for one, its in zip(doubled, shared, strict=True) if not its.denied}
    twice = {one: sum(int(row["n"]) for row in its.rows) for one, its in several.items()}
    found = list[Finding]()
    for one, answer in zip(doubled, shared, strict=True):
        ids = {str(row[one.field]): int(row["n"]) for row in answer.rows}
        if ids:
            asked_of = _records(one, tuple(ids))
            some = yield from behind(one.object, one.field, *asked_of)
            unseen += some.unseen
            found.append(_shared(one, ids, asked_of, some.rows, everywhere[one]))
    measures = [
        _measure(one, _of(one, kept, answer.row), everywhere[one])
        for one in told
        if not (answer := answers[one.object, True]).denied
    ]
    return Found(
        findings=(*found, *_by_name_alone(ground)),
        measures=(
            *measures,
            *(_alone(one, everywhere[one], twice.get(one, 0)) for one in told if one in twice or one not in doubled),
            _documented(ground),
        ),
        unseen=tuple(unseen),
        exhibits=(_table(everywhere),) if everywhere else (),
    )


def _named(ground: Ground) -> Iterator[_Id]:
    for tool in ground.tools.tools.values():
        for path in (tool.ids.account, tool.ids.contact):
            if path:
                name, _, field = path.partition(".")
                known = ground.field(name, field)
                yield _Id(tool, name, field, unique=known is not None and (known.unique or known.name == "Id"))


def _objects(ids: Sequence[_Id]) -> Sequence[str]:
    return tuple(dict.fromkeys(one.object for one in ids))


def _count(name: str, ids: Sequence[_Id], *, deals: bool) -> Question:
    """Count the ids of an object for all tools at once: over every record, or over those of open deals."""
    each = list[str]()
    for at, one in enumerate(_fields(name, ids)):
        each.append(f"COUNT({one.field}) have{at}")
        if not (deals or one.unique):
            each.append(f"COUNT_DISTINCT({one.field}) ids{at}")
    where = f" WHERE {_OF_DEALS[name][1]}" if deals else ""
    return Question(Way.QUERY, f"SELECT COUNT(Id) records, {', '.join(each)} FROM {name}{where}")  # noqa: S608  names from the schema


def _fields(name: str, ids: Sequence[_Id]) -> Sequence[_Id]:
    """Give the ids of an object, each field once: two tools may go by one."""
    return tuple({one.field: one for one in reversed(ids) if one.object == name}.values())


def _of(one: _Id, ids: Sequence[_Id], row: Row) -> _Count:
    at = next(number for number, each in enumerate(_fields(one.object, ids)) if each.field == one.field)
    have = int(row[f"have{at}"])
    return _Count(int(row["records"]), have, int(row.get(f"ids{at}", have)))


def _measure(one: _Id, deals: _Count, everywhere: _Count) -> Measure:
    called, _ = _OF_DEALS[one.object]
    says = f"{one.tool.title} knows {deals.have:,} of {deals.records:,} {called} by {one.path}"
    says += f"; {everywhere.have:,} of {everywhere.records:,} of all"
    missing = f"SELECT Id, Name FROM {one.object} WHERE {one.field} = NULL AND {_OF_DEALS[one.object][1]}"  # noqa: S608  names from the schema
    return Measure(f"{IDS.name}/{one.path}", deals.have, deals.records, says, queries=(missing,))


def _alone(one: _Id, everywhere: _Count, twice: int) -> Measure:
    """Say how many records have an id that no other has; `twice` have one that another has too."""
    alone = everywhere.have - twice
    says = f"{alone:,} of {everywhere.have:,} records with an id of {one.tool.title} in {one.path} have it alone"
    return Measure(f"{IDS.name}/{one.path}/unique", alone, everywhere.have, says)


def _documented(ground: Ground) -> Measure:
    """Say how many of the tools that write to people and companies have a way to know them again."""
    need = [one for one in ground.tools.tools.values() if _needs(one)]
    have = sum(one.ids.account is not None or one.ids.contact is not None for one in need)
    says = f"{have} of {len(need)} tools that write accounts, contacts or deals name the id they know them by"
    return Measure(f"{IDS.name}/named", have, len(need), says)


def _needs(tool: Tool) -> bool:
    return any(one.object in _KNOWN_AGAIN for one in tool.writes)


def _several(one: _Id) -> Question:
    text = (
        f"SELECT {one.field}, COUNT(Id) n FROM {one.object} WHERE {one.field} != NULL "  # noqa: S608  names from the schema
        f"GROUP BY {one.field} HAVING COUNT(Id) > 1 ORDER BY COUNT(Id) DESC LIMIT {_MOST_IDS}"
    )
    return Question(Way.QUERY, text, rows=_MOST_IDS)


def _records(one: _Id, ids: Sequence[str]) -> Sequence[Question]:
    text = f"SELECT Id, Name, {one.field} FROM {one.object} WHERE {one.field} IN :ids ORDER BY {one.field}"  # noqa: S608  names from the schema

    def query(some: Sequence[str]) -> str:
        return filled(f"{text} LIMIT {MOST_RECORDS}", ids=list(some))

    return [Question(Way.QUERY, query(some), rows=MOST_RECORDS) for some in portions(ids, query)]


def _shared(
    one: _Id, ids: Mapping[str, int], asked: Sequence[Question], rows: Iterable[Row], everywhere: _Count
) -> Finding:
    count = sum(ids.values())
    records = tuple(RecordAt(row["Id"], one.object, row["Name"] or "", str(row[one.field])) for row in rows)
    more = "More than " if len(ids) == _MOST_IDS else ""
    return Finding(
        check=IDS.name,
        key=f"{IDS.name}:{one.path}",
        weight=Weight.HIGH,
        says=f"{more}{len(ids):,} {'id' if len(ids) == 1 else 'ids'} of {one.tool.title} in {one.path} "
        f"{'stands on several records' if len(ids) == 1 else 'stand on several records each'}, "
        f"{count:,} in all: what the tool writes by such an id reaches any of them.",
        object=one.object,
        fields=(one.field,),
        count=count,
        of=everywhere.have,
        fix=f"Find out which record each id is, merge the records that are the same, and make {one.path} unique.",
        minutes=_MINUTES * len(ids),
        queries=tuple(each.text for each in asked),
        records=records[:MOST_RECORDS],
        values=tuple(ids),
    )


def _by_name_alone(ground: Ground) -> Iterator[Finding]:
    for key, tool in ground.tools.tools.items():
        if _needs(tool) and not (tool.ids.account or tool.ids.contact):
            objects = [one.object for one in tool.writes if one.object in _KNOWN_AGAIN]
            yield Finding(
                check=IDS.name,
                key=f"{IDS.name}:none:{key}",
                weight=Weight.MEDIUM,
                says=f"{tool.title} writes {', '.join(dict.fromkeys(objects))} and tools.yaml names no id by which it "
                "knows them again: it can only go by names and addresses.",
                object=objects[0],
                fields=(),
                count=1,
                of=1,
                fix=f"Name the fields with the ids of {tool.title} under 'ids' in tools.yaml: Account.Id and "
                "Contact.Id where it keeps Salesforce's own.",
                minutes=4 * _MINUTES,
                values=(key,),
            )


def _table(everywhere: Mapping[_Id, _Count]) -> Exhibit:
    rows = [
        (one.tool.title, one.path, each.have, each.records, each.have - each.ids) for one, each in everywhere.items()
    ]
    says = "How many records have the id of each tool, and how many have an id that another has too."
    return Exhibit(
        "shared-ids", "How tools know the records", says, ("Tool", "Id", "Have it", "Of", "Too many"), tuple(rows)
    )


IDS = Check(
    "shared-ids",
    "Ids that tools share with the org",
    _look,
    lambda ground: (1 + _ASKED) * sum(not one.unique for one in _named(ground)),
)
CHECKS = (IDS,)
