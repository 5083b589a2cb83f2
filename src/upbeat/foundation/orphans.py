"""References to nothing: texts that name a record of another object, and name none; lookups that lead nowhere."""

from collections.abc import Collection, Generator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from upbeat.foundation import listed
from upbeat.foundation.checks import Check, Look
from upbeat.foundation.findings import MOST_RECORDS, Finding, Found, Measure, RecordAt, Unseen, Weight
from upbeat.foundation.ground import Ground
from upbeat.foundation.questions import Answer, Question, Row, Way, filled
from upbeat.foundation.spelling import key, misspelt
from upbeat.schema import Field, FieldType

_NAMED: Final = {"Product2": "product", "Account": "account", "User": "user", "Campaign": "campaign"}
MOST_NAMED: Final = len(_NAMED)
"""The most calls in which `names` asks for them."""

_MOST_NAMES: Final = 2_000  # of an object that are read; of more, those that the values name are
_ASKED_NAMES: Final = 500  # values in one query
_HITS: Final = 3  # values that are names of one object, from which a text refers to it,
_SHARE: Final = 0.5  # where they are this part of its values;
_SURE: Final = 0.8  # and this part, so that what names nothing is no other kind of value
_AT_A_TIME: Final = 100  # records that an admin changes in one go
_MINUTES: Final = 5

Asking = Generator[Sequence[Question], Sequence[Answer], "dict[str, Names]"]


@dataclass(frozen=True)
class Names:
    """The names of an object's records, as written, by how they compare."""

    object: str
    by_fold: Mapping[str, str]

    def has(self, value: str) -> bool:
        """Whether a record is called so, in whatever capitals."""
        return _fold(value) in self.by_fold

    def hits(self, values: Collection[str]) -> int:
        """Give how many of some values are names."""
        return sum(self.has(value) for value in values)

    def near(self, value: str) -> str:
        """Give the one name that a value is nearly, or nothing."""
        found = {name for name in self.by_fold.values() if key(name) == key(value) or misspelt(value, name)}
        return found.pop() if len(found) == 1 else ""


@dataclass(frozen=True)
class Reference:
    """A text that refers to another object by its records' names, with its orphans and the nearest name of each."""

    to: Names
    named: int  # records whose text names one
    whole: int
    orphans: Mapping[str, str]


def reference(counts: Mapping[str, int], known: Collection[Names]) -> Reference | None:
    """Say whose names the values of a text are, None for nobody's: most of them must be of one object.

    What names nothing is an orphan where it is nearly a name, or where so many others are names that it must be one.
    """
    best = max(known, key=lambda one: one.hits(counts), default=None)
    hits = best.hits(counts) if best else 0
    if best is None or hits < _HITS or hits < _SHARE * len(counts):
        return None
    off = [value for value in counts if not best.has(value)]
    near = {value: best.near(value) for value in off}
    sure = hits >= _SURE * len(counts)
    orphans = {value: name for value, name in near.items() if name or sure}
    whole = sum(counts.values())
    return Reference(best, whole - sum(counts[value] for value in off), whole, orphans)


def _look(ground: Ground) -> Look:
    findings, measures, unseen = list[Finding](), list[Measure](), list[Unseen]()
    values = dict[tuple[str, str], Mapping[str, int]]()
    for name in listed.OBJECTS:
        if ground.has(name) and name != "Product2":
            found = yield from listed.lists(ground, name, wanted=listed.names_records)
            values |= {
                (name, field): counts
                for field, counts in found.values.items()
                if len(counts) >= _HITS and listed.names_records(ground.schema.object(name).field(field))
            }
            unseen += [Unseen(name, "", found.denied)] if found.denied else []
    known = yield from names(ground, {value for counts in values.values() for value in counts})
    for (name, field_name), counts in values.items():
        refers = reference(counts, known.values())
        if refers is None:
            continue
        says = f"{refers.named:,} of {refers.whole:,} values of {name}.{field_name} name one {_NAMED[refers.to.object]}"
        part = f"{ORPHANS.name}/{name}.{field_name}"
        measures.append(Measure(part, refers.named, refers.whole, says, scores=False))
        if refers.orphans:
            query = _query(ground, name, field_name, refers.orphans)
            rows = min(MOST_RECORDS * 5, sum(counts[value] for value in refers.orphans))
            [some] = yield (Question(Way.QUERY, f"{query} LIMIT {MOST_RECORDS * 5}", rows=rows),)
            field = ground.schema.object(name).field(field_name)
            findings += [_finding(ground, name, field, refers, one, counts[one], some) for one in refers.orphans]
    for name in ("Opportunity", "Contact"):
        unseen += yield from _lost(ground, name)
    return Found(tuple(findings), tuple(measures), tuple(unseen))


def names(ground: Ground, values: Collection[str]) -> Asking:
    """Ask for the names of the objects that a text may refer to, as far as values may be among them."""
    found = dict[str, Names]()
    for name in _NAMED:
        if not values or name not in ground.objects:
            continue
        text = f"SELECT Name FROM {name}"  # noqa: S608  our own names
        if ground.count(name) > _MOST_NAMES:
            text = filled(f"{text} WHERE Name IN :some", some=sorted(values)[:_ASKED_NAMES])
        [answer] = yield (Question(Way.QUERY, f"{text} ORDER BY Name LIMIT {_MOST_NAMES}", rows=_MOST_NAMES),)
        names = [row["Name"] for row in answer.rows if row["Name"]]
        found[name] = Names(name, {_fold(one): one for one in names})
    return found


def _lost(ground: Ground, name: str) -> Generator[Sequence[Question], Sequence[Answer], list[Unseen]]:
    """Say how many lookups lead to a record that is gone, or that the reading user does not see: one cannot tell."""
    if not ground.has(name, "AccountId") or not ground.has("Account"):
        return []
    text = f"SELECT COUNT() FROM {name} WHERE AccountId != NULL AND Account.Name = NULL"  # noqa: S608
    [answer] = yield (Question(Way.COUNT, text),)
    if answer.denied or not answer.total:
        return [Unseen(name, "AccountId", answer.denied)] if answer.denied else []
    why = f"{answer.total:,} of these records lead to an account that is gone, or that this user does not see"
    return [Unseen(name, "AccountId", why)]


def _query(ground: Ground, name: str, field: str, values: Collection[str]) -> str:
    named = ", Name" if ground.has(name, "Name") else ""
    return filled(f"SELECT Id{named}, {field} FROM {name} WHERE {field} IN :values", values=sorted(values))  # noqa: S608


def _finding(
    ground: Ground, name: str, field: Field, refers: Reference, value: str, count: int, some: Answer
) -> Finding:
    many, near = (ground.schema.object(name).label_plural or name).lower(), refers.orphans[value]
    kind, label = _NAMED[refers.to.object], field.label or field.name
    rows: list[Row] = [row for row in some.rows if row[field.name] == value][:MOST_RECORDS]
    there = f"there is {near!r}" if near else "there is none of nearly that name"
    setup = f" Better still, make {field.name} a lookup to {refers.to.object}."
    change = f"Change {value!r} to {near!r} in these records." if near else f"Say which {kind} is meant by {value!r}."
    return Finding(
        check=ORPHANS.name,
        key=f"{ORPHANS.name}:{name}.{field.name}:{value}",
        weight=Weight.MEDIUM,
        says=f"{count:,} of {refers.whole:,} {many} have {value!r} as {label}, and no {kind} is called so; {there}.",
        object=name,
        fields=(field.name,),
        count=count,
        of=refers.whole,
        fix=change + (setup if field.type is not FieldType.PICKLIST else ""),
        minutes=_MINUTES + count // _AT_A_TIME,
        queries=(_query(ground, name, field.name, (value,)),),
        records=tuple(RecordAt(row["Id"], name, row.get("Name") or "", f"names {value!r}") for row in rows),
        values=(value,),
        corrections=((value, near),) if near else (),
    )


def _fold(value: str) -> str:
    return " ".join(value.casefold().split())


def _more(ground: Ground) -> int:
    asked = [name for name in listed.OBJECTS if ground.has(name)]
    return MOST_NAMED + 2 + sum(listed.more(ground, name, wanted=listed.names_records) + 2 for name in asked)


ORPHANS = Check("orphan-references", "Texts and lookups that lead to no record", _look, _more)
CHECKS = (ORPHANS,)
