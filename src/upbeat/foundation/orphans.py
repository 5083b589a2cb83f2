"""References to nothing: texts that name a record of another object, and name none; lookups that lead nowhere."""

from collections.abc import Collection, Generator, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from upbeat.foundation import listed
from upbeat.foundation.behind import Behind, behind, with_values
from upbeat.foundation.checks import Check, Look
from upbeat.foundation.findings import MOST_RECORDS, Finding, Found, Measure, RecordAt, Unseen, Weight
from upbeat.foundation.ground import Ground
from upbeat.foundation.questions import Answer, Question, Row, Way, filled, portions
from upbeat.foundation.spelling import key, misspelt
from upbeat.schema import Field, FieldType

_NAMED: Final = {"Product2": "product", "Account": "account", "User": "user", "Campaign": "campaign"}
_MOST_NAMES: Final = 2_000  # of an object that are read; of more, those that the values name are
_PORTIONS: Final = 6  # queries in which an object is asked for these
_HITS: Final = 3  # values that are names of one object, from which a text refers to it,
_SHARE: Final = 0.5  # where they are this part of its values;
_SURE: Final = 0.8  # and this part, so that what names nothing is no other kind of value
_AT_A_TIME: Final = 100  # records that an admin changes in one go
_MINUTES: Final = 5

Asking = Generator[Sequence[Question], Sequence[Answer], "Known"]


@dataclass(frozen=True)
class Names:
    """The names of an object's records, as written, by how they compare.

    `asked` are the values that the object was asked for, as they compare; None where all its names are here.
    """

    object: str
    by_fold: Mapping[str, str]
    asked: frozenset[str] | None = None

    def knows(self, value: str) -> bool:
        """Whether it is known if a record is called so: what was not asked for may be a name."""
        return self.asked is None or _fold(value) in self.asked

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
class Known:
    """The names that the org told, and what it did not tell."""

    names: tuple[Names, ...] = ()
    unseen: tuple[Unseen, ...] = ()


@dataclass(frozen=True)
class Reference:
    """A text that refers to another object by its records' names, with its orphans and the nearest name of each."""

    to: Names
    named: int  # records whose text names one
    whole: int  # records of whose text it is known whether it does
    orphans: Mapping[str, str]


def reference(counts: Mapping[str, int], known: Collection[Names]) -> Reference | None:
    """Say whose names the values of a text are, None for nobody's: most of them must be of one object.

    What names nothing is an orphan where it is nearly a name, or where so many others are names that it must be one.
    """
    best = max(known, key=lambda one: one.hits(counts), default=None)
    hits = best.hits(counts) if best else 0
    if best is None or hits < _HITS or hits < _SHARE * len(counts):
        return None
    off = [value for value in counts if best.knows(value) and not best.has(value)]
    near = {value: best.near(value) for value in off}
    sure = hits >= _SURE * len(counts)
    orphans = {value: name for value, name in near.items() if name or sure}
    named = sum(number for value, number in counts.items() if best.has(value))
    return Reference(best, named, named + sum(counts[value] for value in off), orphans)


def texts(ground: Ground, found: Mapping[str, listed.Lists]) -> dict[tuple[str, str], Mapping[str, int]]:
    """Give the values of the fields, of these objects, that may name records of others."""
    return {
        (name, field): counts
        for name, its in found.items()
        for field, counts in its.values.items()
        if len(counts) >= _HITS and listed.names_records(ground.schema.object(name).field(field))
    }


def _look(ground: Ground) -> Look:
    findings, measures, unseen = list[Finding](), list[Measure](), list[Unseen]()
    found = dict[str, listed.Lists]()
    for name in listed.OBJECTS:
        if ground.has(name) and name != "Product2":
            found[name] = its = yield from listed.lists(ground, name, wanted=listed.names_records)
            unseen += [Unseen(name, "", its.denied)] if its.denied else []
    values = texts(ground, found)
    known = yield from names(ground, values.values())
    unseen += known.unseen
    for (name, field_name), counts in values.items():
        refers = reference(counts, known.names)
        if refers is None:
            continue
        says = f"{refers.named:,} of {refers.whole:,} values of {name}.{field_name} name one {_NAMED[refers.to.object]}"
        part = f"{ORPHANS.name}/{name}.{field_name}"
        measures.append(Measure(part, refers.named, refers.whole, says, scores=False))
        if refers.orphans:
            some = yield from behind(name, field_name, *_some(ground, name, field_name, refers.orphans, counts))
            unseen += some.unseen
            field = ground.schema.object(name).field(field_name)
            findings += [_finding(ground, name, field, refers, one, counts[one], some) for one in refers.orphans]
    for name in ("Opportunity", "Contact"):
        unseen += yield from _lost(ground, name)
    return Found(tuple(findings), tuple(measures), tuple(unseen))


def names(ground: Ground, values: Iterable[Collection[str]]) -> Asking:
    """Ask for the names of the objects that a text may refer to, field by field, as far as values may be among them.

    Of an object with many records those are asked for that are values, in portions, until there were enough of them.
    """
    fields = [sorted({*some, *(" ".join(one.split()) for one in some)}) for some in values]
    wanted = list(dict.fromkeys(one for some in fields for one in some))
    found, unseen = list[Names](), list[Unseen]()
    for name in _NAMED if wanted else ():
        if name not in ground.objects:
            continue
        if (ground.count(name) or 0) <= _MOST_NAMES:
            text = f"SELECT Name FROM {name} ORDER BY Name LIMIT {_MOST_NAMES}"  # noqa: S608  our own names
            [answer] = yield (Question(Way.QUERY, text, rows=_MOST_NAMES),)
            told = [row["Name"] for row in answer.rows if row["Name"]]
            if answer.denied:
                unseen.append(Unseen(name, "Name", answer.denied))
                continue
            if len(told) < _MOST_NAMES or ground.count(name) is not None:
                found.append(Names(name, {_fold(one): one for one in told}))
                continue
        asked = portions(wanted, lambda some: _called(name, some))  # noqa: B023  called at once
        answers = yield [Question(Way.QUERY, _called(name, some), rows=len(some)) for some in asked[:_PORTIONS]]
        told = [row["Name"] for one in answers for row in one.rows]
        sure = {_fold(one) for some, its in zip(asked, answers, strict=False) if not its.denied for one in some}
        found.append(Names(name, {_fold(one): one for one in told}, frozenset(sure)))
        unseen += [Unseen(name, "Name", one.denied) for one in answers if one.denied][:1]
        if left := sum(map(len, asked[_PORTIONS:])):
            why = f"{left:,} of {len(wanted):,} values of texts were not looked up among its names: there are too many"
            unseen.append(Unseen(name, "Name", why))
    return Known(tuple(found), tuple(unseen))


def most_named(ground: Ground) -> int:
    """Give the most calls in which `names` asks."""
    there = [name for name in _NAMED if name in ground.objects]
    few = [name for name in there if (ground.count(name) or 0) <= _MOST_NAMES]
    return len(few) + _PORTIONS * sum(name not in few or ground.count(name) is None for name in there)


def _called(name: str, some: Sequence[str]) -> str:
    """Write the query of an object's names among values, each name once: a thousand records may share one."""
    return filled(f"SELECT Name FROM {name} WHERE Name IN :some GROUP BY Name", some=list(some))  # noqa: S608  our own names


def _some(
    ground: Ground, name: str, field: str, orphans: Collection[str], counts: Mapping[str, int]
) -> Iterable[Question]:
    for some in portions(sorted(orphans), lambda some: with_values(ground, name, field, some)):
        rows = min(MOST_RECORDS * 5, sum(counts[value] for value in some))
        yield Question(Way.QUERY, f"{with_values(ground, name, field, some)} LIMIT {MOST_RECORDS * 5}", rows=rows)


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


def _finding(
    ground: Ground, name: str, field: Field, refers: Reference, value: str, count: int, some: Behind
) -> Finding:
    many, near = (ground.schema.object(name).label_plural or name).lower(), refers.orphans[value]
    kind, label = _NAMED[refers.to.object], field.label or field.name
    rows: list[Row] = [row for row in some.rows if row[field.name] == value][:MOST_RECORDS]
    nothing = "; there is none of nearly that name" if refers.to.asked is None else ""  # else not all are known
    there = f"; there is {near!r}" if near else nothing
    setup = f" Better still, make {field.name} a lookup to {refers.to.object}."
    change = f"Change {value!r} to {near!r} in these records." if near else f"Say which {kind} is meant by {value!r}."
    return Finding(
        check=ORPHANS.name,
        key=f"{ORPHANS.name}:{name}.{field.name}:{value}",
        weight=Weight.MEDIUM,
        says=f"{count:,} of {refers.whole:,} {many} {'has' if count == 1 else 'have'} {value!r} as {label}, "
        f"and no {kind} is called so{there}.",
        object=name,
        fields=(field.name,),
        count=count,
        of=refers.whole,
        fix=change + (setup if field.type is not FieldType.PICKLIST else ""),
        minutes=_MINUTES + count // _AT_A_TIME,
        queries=(with_values(ground, name, field.name, (value,)),),
        records=tuple(RecordAt(row["Id"], name, row.get("Name") or "", f"names {value!r}") for row in rows),
        values=(value,),
        corrections=((value, near),) if near else (),
    )


def _fold(value: str) -> str:
    return " ".join(value.casefold().split())


def _more(ground: Ground) -> int:
    asked = [name for name in listed.OBJECTS if ground.has(name)]
    return most_named(ground) + 2 + sum(listed.more(ground, name, wanted=listed.names_records) + 2 for name in asked)


ORPHANS = Check("orphan-references", "Texts and lookups that lead to no record", _look, _more)
CHECKS = (ORPHANS,)
