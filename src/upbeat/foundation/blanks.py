"""Lookups that are blank where nearly all others are filled: deals without an account first of all."""

from collections.abc import Sequence
from typing import Final

from upbeat.foundation.behind import Behind, behind
from upbeat.foundation.checks import Check, Look
from upbeat.foundation.deals import DEAL, first_of, worth
from upbeat.foundation.findings import Finding, Found, Measure, RecordAt, Unseen, Weight
from upbeat.foundation.ground import Ground
from upbeat.foundation.questions import Question, Way
from upbeat.schema import Field, FieldType

_LOOSE: Final = "WhoId = NULL AND WhatId = NULL"
_NEARLY_ALWAYS: Final = 0.95  # of the records have it, so that the others lack it
_ENOUGH: Final = 40  # records, so that a share of them says something
_MINUTES: Final = 2  # to find one record's parent and set it
_OTHERS: Final = ("Account", "Contact", "Lead")


def _look(ground: Ground) -> Look:
    findings, measures, unseen = list[Finding](), list[Measure](), list[Unseen]()
    if ground.has(DEAL, "AccountId"):
        found = yield from _deals(ground)
        findings, measures, unseen = [*found.findings], [*found.measures], [*found.unseen]
    else:
        unseen.append(ground.unseen(DEAL, "AccountId"))
    for name in (DEAL, *_OTHERS):
        fields = _own(ground, name)
        if not fields:
            continue
        [answer] = yield (_filled(name, fields),)
        if answer.denied:
            unseen.append(Unseen(name, "", answer.denied))
            continue
        for number, field in enumerate(fields):
            whole, filled = answer.row["n"], answer.row[f"n{number}"]
            if whole >= _ENOUGH and _NEARLY_ALWAYS * whole <= filled < whole:
                query = f"SELECT Id{_named(ground, name)} FROM {name} WHERE {field.name} = NULL ORDER BY Id"  # noqa: S608
                some = yield from behind(name, field.name, first_of(query, whole - filled))
                unseen += some.unseen
                findings.append(_lacking(ground, name, field, whole - filled, whole, query, some))
    for name in ("Task", "Event"):
        if ground.has(name, "WhoId", "WhatId"):
            [whole, loose] = yield (
                Question(Way.COUNT, f"SELECT COUNT() FROM {name}"),  # noqa: S608
                Question(Way.COUNT, f"SELECT COUNT() FROM {name} WHERE {_LOOSE}"),  # noqa: S608
            )
            if denied := whole.denied or loose.denied:
                unseen.append(Unseen(name, "WhatId", denied))
                continue
            part, many = whole.total - loose.total, f"{name.lower()}s"
            says = f"{part:,} of {whole.total:,} {many} hang on a person or a record"
            measures.append(Measure(f"{BLANK.name}/{name}", part, whole.total, says, scores=False))
    return Found(tuple(findings), tuple(measures), tuple(unseen))


def _deals(ground: Ground) -> Look:
    text = f"SELECT IsClosed, COUNT(Id) deals, COUNT(AccountId) placed FROM {DEAL} GROUP BY IsClosed"  # noqa: S608
    [answer] = yield (Question(Way.QUERY, text, rows=2),)
    if answer.denied:
        return Found(unseen=(Unseen(DEAL, "AccountId", answer.denied),))
    loose = {row["IsClosed"]: row["deals"] - row["placed"] for row in answer.rows}
    whole, count = sum(row["deals"] for row in answer.rows), sum(loose.values())
    query = f"SELECT Id, Name, StageName, IsClosed FROM {DEAL} WHERE AccountId = NULL ORDER BY IsClosed, Id"  # noqa: S608
    says = f"{whole - count:,} of {whole:,} opportunities have an account"
    measure = Measure(BLANK.name, whole - count, whole, says, scores=False, queries=(query,))
    if not count:
        return Found(measures=(measure,))
    some = yield from behind(DEAL, "AccountId", first_of(query, count))
    amount, still = None, loose.get(False, 0)
    if ground.has(DEAL, "Amount") and still:
        sums = f"SELECT SUM(Amount) worth FROM {DEAL} WHERE AccountId = NULL AND IsClosed = FALSE"  # noqa: S608
        [told] = yield (Question(Way.QUERY, sums),)
        amount = None if told.denied else worth(told.row.get("worth"))
    finding = Finding(
        check=BLANK.name,
        key=f"{BLANK.name}:{DEAL}.AccountId",
        weight=Weight.HIGH if still else Weight.MEDIUM,
        says=f"{count:,} of {whole:,} opportunities have no account, {still:,} of them open: no report by account and "
        "no account's history has them.",
        object=DEAL,
        fields=("AccountId",),
        count=count,
        of=whole,
        fix="Set the account of each open one first, and require AccountId by a validation rule.",
        minutes=_MINUTES * count,
        queries=(query,),
        records=tuple(
            RecordAt(
                row["Id"], DEAL, row["Name"] or "", f"{'closed' if row['IsClosed'] else 'open'} without an account"
            )
            for row in some.rows
        ),
        amount=amount,
    )
    return Found((finding,), (measure,), some.unseen)


def _own(ground: Ground, name: str) -> list[Field]:
    """Give the lookups that admins added to an object: what a standard one's blank means, Salesforce has said."""
    if not ground.has(name):
        return []
    fields = ground.schema.object(name).fields.values()
    return [one for one in fields if one.type is FieldType.REFERENCE and one.custom and one.nillable]


def _filled(name: str, fields: Sequence[Field]) -> Question:
    counts = ", ".join(f"COUNT({one.name}) n{number}" for number, one in enumerate(fields))
    return Question(Way.QUERY, f"SELECT COUNT(Id) n, {counts} FROM {name}")  # noqa: S608  names that the org told


def _lacking(ground: Ground, name: str, field: Field, count: int, whole: int, query: str, some: Behind) -> Finding:
    label, many = field.label or field.name, (ground.schema.object(name).label_plural or name).lower()
    return Finding(
        check=BLANK.name,
        key=f"{BLANK.name}:{name}.{field.name}",
        weight=Weight.LOW,
        says=f"{count:,} of {whole:,} {many} {'has' if count == 1 else 'have'} no {label}, which all others have.",
        object=name,
        fields=(field.name,),
        count=count,
        of=whole,
        fix=f"Set {label} in each, and make the field required if all must have it.",
        minutes=_MINUTES * count,
        queries=(query,),
        records=tuple(RecordAt(row["Id"], name, row.get("Name") or "", f"no {label}") for row in some.rows),
    )


def _named(ground: Ground, name: str) -> str:
    return ", Name" if ground.has(name, "Name") else ""


def _more(ground: Ground) -> int:
    own = [_own(ground, name) for name in (DEAL, *_OTHERS)]
    return 2 + sum(map(bool, own)) + sum(map(len, own)) + 4


BLANK = Check("blank-lookups", "Lookups that are blank where the others are filled", _look, _more)
CHECKS = (BLANK,)
