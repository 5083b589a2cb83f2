"""Values written twice: variants of another value of the field, of its picklist, or of a list that everybody knows."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import Final

from upbeat.foundation import listed, orphans
from upbeat.foundation.behind import Behind, behind, with_values
from upbeat.foundation.checks import Check, Look
from upbeat.foundation.findings import MOST_RECORDS, Finding, Found, Measure, RecordAt, Unseen, Weight
from upbeat.foundation.ground import Ground
from upbeat.foundation.questions import Question, Row, Way, filled, portions
from upbeat.foundation.spelling import Likeness, key
from upbeat.foundation.values import Suspect, suspects
from upbeat.foundation.vocabularies import Vocabulary, countries, of_picklists, shipped
from upbeat.schema import Field, FieldType

_READ: Final = 50_000  # rows of an object that are read, so that capitals are told apart
_BEHIND: Final = 4  # calls for the records of an object whose values are wrong or not offered
_AT_A_TIME: Final = 100  # records that an admin changes in one go
_MINUTES: Final = 5  # to find out what is meant, and change the first of them


def _look(ground: Ground) -> Look:
    findings, measures, unseen = list[Finding](), list[Measure](), list[Unseen]()
    found = dict[str, listed.Lists]()
    for name in listed.OBJECTS:
        if ground.has(name):
            found[name] = yield from listed.lists(ground, name, most=_READ)
    texts = orphans.texts(ground, found)
    known = yield from orphans.names(ground, texts.values())
    unseen += known.unseen
    for name, its in found.items():
        if its.denied:
            unseen.append(Unseen(name, "", its.denied))
            continue
        for field_name, counts in its.values.items():
            field = ground.schema.object(name).field(field_name)
            refers = orphans.reference(counts, known.names) if (name, field_name) in texts else None
            doubtful = _of_field(ground, field, counts) if refers is None else _of_reference(counts, refers)
            told = {one.value for one in doubtful}.union(refers.orphans if refers else ())
            off = _not_offered(field, counts, told)
            if doubtful or off:
                wanted = [*(one.value for one in doubtful), *off]
                some = yield from behind(name, field_name, *_records(ground, name, field_name, wanted, counts))
                unseen += some.unseen
                findings += [_finding(ground, name, field, one, counts, some) for one in doubtful]
                findings += [_not_listed(ground, name, field, off, counts, some)] if off else []
            wrong, whole = sum(one.records for one in doubtful), sum(counts.values())
            says = f"{whole - wrong:,} of {whole:,} values of {name}.{field_name} are written like no other"
            says += "" if its.capitals else "; their capitals were not compared among so many"
            measures.append(
                Measure(f"{LOOK_ALIKES.name}/{name}.{field_name}", whole - wrong, whole, says, scores=False)
            )
    return Found(tuple(findings), tuple(measures), tuple(unseen))


def _of_field(ground: Ground, field: Field, counts: Mapping[str, int]) -> list[Suspect]:
    listed_values = [one.value for one in field.picklist if one.active]
    found = suspects(counts, listed_values, _vocabularies(ground))
    in_data = {key(value) for value in counts}
    return [  # what differs from the picklist in capitals alone, everywhere, is a value that the list has not
        one
        for one in found
        if not (one.likeness is Likeness.CAPITALS and one.source == "the picklist" and _alone(one, counts, in_data))
    ]


def _of_reference(counts: Mapping[str, int], refers: orphans.Reference) -> list[Suspect]:
    """Of a text that names records, tell the names in other capitals or spaces; what is none is told elsewhere."""
    found = suspects(counts, refers.to.by_fold.values())
    return [one for one in found if refers.to.has(one.value)]


def _alone(one: Suspect, counts: Mapping[str, int], keys: Iterable[str]) -> bool:
    return key(one.value) in keys and sum(key(value) == key(one.value) for value in counts) == 1


def _vocabularies(ground: Ground) -> list[Vocabulary]:
    own = [
        one
        for name in ("Account", "Lead")
        if ground.has(name)
        for one in of_picklists(ground.schema.object(name), f"the picklist of {name}")
    ]
    return [countries(), *own, *shipped()]


def _records(
    ground: Ground, name: str, field: str, wanted: Sequence[str], counts: Mapping[str, int]
) -> Iterator[Question]:
    """Ask for the records of these values: the org brings those in other capitals too."""
    for some in portions(wanted, lambda some: with_values(ground, name, field, some)):
        folded = set(map(_folded, some))
        number = sum(count for value, count in counts.items() if _folded(value) in folded)
        text = f"{with_values(ground, name, field, some)} ORDER BY Id LIMIT {5 * MOST_RECORDS}"
        yield Question(Way.QUERY, text, rows=min(number, 5 * MOST_RECORDS))


def _queries(
    ground: Ground, name: str, field: str, values: Sequence[str], counts: Mapping[str, int], rows: Sequence[Row]
) -> tuple[str, ...]:
    """Give what shows the records again: by ids where the org, which minds no capitals, would bring others too."""
    folded, by_value = set(map(_folded, values)), with_values(ground, name, field, values)
    if not rows or not any(_folded(value) in folded for value in counts if value not in values):
        return (by_value,)
    text = by_value.partition(" WHERE ")[0]

    def by_id(ids: Sequence[str]) -> str:
        return filled(f"{text} WHERE Id IN :ids", ids=list(ids))

    return tuple(by_id(some) for some in portions((row["Id"] for row in rows), by_id))


def _folded(value: str) -> str:
    return value.strip().casefold()


def _finding(ground: Ground, name: str, field: Field, one: Suspect, counts: Mapping[str, int], some: Behind) -> Finding:
    many = _plural(ground, name)
    label = field.label or field.name
    whole = sum(counts.values())
    rows = [row for row in some.rows if row[field.name] == one.value][:MOST_RECORDS]
    said = f"{one.source} has {one.should!r}"
    return Finding(
        check=LOOK_ALIKES.name,
        key=f"{LOOK_ALIKES.name}:{name}.{field.name}:{one.value}",
        weight=Weight.MEDIUM,
        says=f"{one.records:,} of {whole:,} {many} {'has' if one.records == 1 else 'have'} {one.value!r} as "
        f"{label}; {said}.",
        object=name,
        fields=(field.name,),
        count=one.records,
        of=whole,
        fix=f"Change {one.value!r} to {one.should!r} in these records, and offer it as a choice instead of free text."
        if field.type is not FieldType.PICKLIST
        else f"Replace {one.value!r} by {one.should!r} under Setup > Object Manager > {name} > {field.name}.",
        minutes=_MINUTES + one.records // _AT_A_TIME,
        queries=_queries(ground, name, field.name, [one.value], counts, rows),
        records=tuple(
            RecordAt(row["Id"], name, row.get("Name") or "", f"{one.value!r} for {one.should!r}") for row in rows
        ),
        values=(one.value,),
        corrections=((one.value, one.should),),
    )


def _not_offered(field: Field, counts: Mapping[str, int], told: Collection[str]) -> list[str]:
    """Give the few values that a picklist does not offer any more, or never did, and of which nothing else is told."""
    offered = {one.value for one in field.picklist if one.active}
    off = [value for value in counts if value not in offered and value not in told]
    strays = 2 * sum(counts[value] for value in off) < sum(counts.values())  # else it is filled by another list
    return sorted(off, key=lambda value: -counts[value]) if field.type is FieldType.PICKLIST and strays else []


def _not_listed(
    ground: Ground, name: str, field: Field, values: Sequence[str], counts: Mapping[str, int], some: Behind
) -> Finding:
    """Tell values that a picklist does not offer: what is right is put in their place where that is known."""
    label, many = field.label or field.name, _plural(ground, name)
    whole, wrong = sum(counts.values()), sum(counts[value] for value in values)
    rows = [row for row in some.rows if row[field.name] in set(values)][:MOST_RECORDS]
    shown = ", ".join(repr(value) for value in values[:5]) + (f" and {len(values) - 5} more" if len(values) > 5 else "")
    by_key = {key(one.value): one.value for one in field.picklist if one.active}
    corrections = tuple((value, by_key[key(value)]) for value in values if key(value) in by_key)
    known = ", ".join(f"{value!r} by {right!r}" for value, right in corrections)
    setup = f"under Setup > Object Manager > {name} > {field.name}"
    fixes = [f"Replace {known} {setup}."] if known else []
    if len(corrections) < len(values):
        which = "each of the others" if known else "each"
        fixes.append(f"Add {which} {setup}, or replace it by a value of the list.")
    return Finding(
        check=LOOK_ALIKES.name,
        key=f"{LOOK_ALIKES.name}:{name}.{field.name}",
        weight=Weight.LOW,
        says=f"{wrong:,} of {whole:,} {many} {'has' if wrong == 1 else 'have'} a {label} that the picklist "
        f"does not offer: {shown}.",
        object=name,
        fields=(field.name,),
        count=wrong,
        of=whole,
        fix=" ".join(fixes),
        minutes=_MINUTES * len(values),
        queries=_queries(ground, name, field.name, values, counts, rows),
        records=tuple(
            RecordAt(row["Id"], name, row.get("Name") or "", f"{row[field.name]!r} is not offered") for row in rows
        ),
        values=tuple(values),
        corrections=corrections,
    )


def _plural(ground: Ground, name: str) -> str:
    return (ground.schema.object(name).label_plural or name).lower()


def _more(ground: Ground) -> int:
    return orphans.most_named(ground) + sum(
        listed.more(ground, name, most=_READ) + _BEHIND for name in listed.OBJECTS if ground.has(name)
    )


LOOK_ALIKES = Check("look-alikes", "Values that are written in two ways", _look, _more)
CHECKS = (LOOK_ALIKES,)
