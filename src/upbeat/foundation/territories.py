"""Territories: accounts that are in none, and territories that nobody who is active answers for."""

from collections.abc import Generator, Mapping, Sequence
from typing import Final

from upbeat.foundation.behind import behind
from upbeat.foundation.checks import Check, Look
from upbeat.foundation.deals import MOST_GROUPS, first_of, listed
from upbeat.foundation.evident import evident
from upbeat.foundation.findings import Exhibit, Finding, Found, Measure, RecordAt, Unseen, Weight
from upbeat.foundation.ground import Ground
from upbeat.foundation.ownership import GONE
from upbeat.foundation.questions import Answer, Question, Way
from upbeat.schema import Field

Asking = Generator[Sequence[Question], Sequence[Answer], tuple[Finding, tuple[Unseen, ...]]]

_BESIDE: Final = ("account", "sales", "field", "team")
_MINUTES: Final = 10  # to find somebody for a territory
_EACH: Final = 2  # to find one account's territory
_IN_USE: Final = 0.5  # of the accounts have it: a field that nobody named is one that the org works by

_MODEL: Final = "SELECT Id, Name FROM Territory2 WHERE Territory2Model.State = 'Active' ORDER BY Name"
_PEOPLE: Final = (
    "SELECT Territory2Id, COUNT(Id) n FROM UserTerritory2Association WHERE User.IsActive = TRUE GROUP BY Territory2Id"
)
_NOWHERE: Final = "Id NOT IN (SELECT ObjectId FROM ObjectTerritory2Association)"


def _look(ground: Ground) -> Look:
    if not ground.has("Account"):
        return Found(unseen=(ground.unseen("Account"),))
    said = ground.fields.territory
    if said is not None:
        field = ground.field("Account", said.field)
        if field is None:
            return Found(unseen=(ground.unseen("Account", said.field),))
        return (yield from _by_field(field, named=True))
    if "Territory2" in ground.objects and "UserTerritory2Association" in ground.objects:
        return (yield from _managed(ground))
    found = evident(ground, "Account", "territory", _BESIDE)
    if found is not None:
        return (yield from _by_field(found, named=False))
    says = "no field of Account says its territory: name it under territory in fields.yaml"
    return Found(measures=(Measure(TERRITORIES.name, 0, 0, says),))


def _by_field(field: Field, *, named: bool) -> Look:
    """Judge territories that a field says; one that fields.yaml does not name only where the org works by it."""
    name = field.name
    head = f"SELECT {name}, COUNT(Id) n FROM Account"  # noqa: S608  names that the org told
    tail = f"GROUP BY {name} ORDER BY COUNT(Id) DESC LIMIT {MOST_GROUPS}"
    answers = yield (
        Question(Way.QUERY, f"{head} {tail}", rows=MOST_GROUPS),
        Question(Way.QUERY, f"{head} WHERE {GONE} {tail}", rows=MOST_GROUPS),
    )
    accounts, gone = answers
    if denied := accounts.denied or gone.denied:
        return Found(unseen=(Unseen("Account", name, denied),))
    counts = {row[name] or "": row["n"] for row in accounts.rows}
    left = {row[name] or "": row["n"] for row in gone.rows}
    whole, blank = sum(counts.values()), counts.pop("", 0)
    placed = whole - blank
    if not named and placed < _IN_USE * whole:
        says = f"{placed:,} of {whole:,} accounts have {name}: is it the territory? Name it in fields.yaml"
        return Found(measures=(Measure(f"{TERRITORIES.name}/accounts", placed, whole, says, scores=False),))
    orphaned = sorted(one for one, number in counts.items() if left.get(one, 0) == number)
    findings, unseen = list[Finding](), tuple[Unseen, ...]()
    query = f"SELECT Id, Name, Owner.Name FROM Account WHERE {name} = NULL ORDER BY Id"  # noqa: S608
    measures = _measures(placed, whole, len(counts) - len(orphaned), len(counts), query)
    if orphaned:
        findings.append(_nobodys("Account", field.name, orphaned, sum(counts[one] for one in orphaned), placed))
    if blank:
        found, unseen = yield from _nowhere(f"Account.{name}", (name,), blank, whole, query)
        findings.append(found)
    return Found(tuple(findings), measures, unseen, (_table(counts, left),))


def _managed(ground: Ground) -> Look:
    """Judge the territories of Enterprise Territory Management."""
    there = ground.count("Account")
    if there is None:
        return Found(unseen=(ground.uncounted("Account"),))
    model, people, nowhere = yield (
        Question(Way.QUERY, _MODEL, rows=MOST_GROUPS),
        Question(Way.QUERY, _PEOPLE, rows=MOST_GROUPS),
        Question(Way.COUNT, f"SELECT COUNT() FROM Account WHERE {_NOWHERE}"),  # noqa: S608
    )
    if denied := model.denied or people.denied or nowhere.denied:
        return Found(unseen=(Unseen("Territory2", "", denied),))
    staffed = {row["Territory2Id"] for row in people.rows}
    territories = tuple(model.rows)
    empty = [row["Name"] for row in territories if row["Id"] not in staffed]
    out = nowhere.total if territories else 0
    whole = max(there, out)  # which was counted later: more may have come
    query = f"SELECT Id, Name, Owner.Name FROM Account WHERE {_NOWHERE} ORDER BY Id"  # noqa: S608
    measures = _measures(whole - out, whole, len(territories) - len(empty), len(territories), query)
    findings = [_nobodys("Territory2", "Id", empty, len(empty), len(territories))] if empty else []
    unseen = tuple[Unseen, ...]()
    if out:
        found, unseen = yield from _nowhere("Territory2", (), out, whole, query)
        findings.append(found)
    return Found(tuple(findings), measures, unseen)


def _measures(placed: int, whole: int, held: int, territories: int, query: str) -> tuple[Measure, ...]:
    in_one = f"{placed:,} of {whole:,} accounts are in a territory"
    owned = f"{held:,} of {territories:,} territories have somebody who is active"
    return (
        Measure(f"{TERRITORIES.name}/accounts", placed, whole, in_one, queries=(query,)),
        Measure(f"{TERRITORIES.name}/owners", held, territories, owned),
    )


def _nobodys(name: str, field: str, territories: Sequence[str], count: int, of: int) -> Finding:
    shown = listed(repr(one) for one in territories[:5]) + (" and more" if len(territories) > 5 else "")
    verb = "has" if len(territories) == 1 else "have"
    word = "territory" if len(territories) == 1 else "territories"
    accounts = f": {count:,} of {of:,} accounts" if name == "Account" else ""
    return Finding(
        check=TERRITORIES.name,
        key=f"{TERRITORIES.name}:{name}.{field}:nobody",
        weight=Weight.HIGH,
        says=f"{len(territories):,} {word} {verb} nobody who is active, {shown}{accounts}.",
        object=name,
        fields=(field,),
        count=count,
        of=of,
        fix="Name an active owner for each, and give them its accounts.",
        minutes=_MINUTES * len(territories),
        queries=(
            (f"SELECT Id, Name, {field}, Owner.Name FROM Account WHERE {GONE} ORDER BY {field}",)  # noqa: S608
            if name == "Account"
            else (_MODEL, _PEOPLE)
        ),
        values=tuple(territories),
    )


def _nowhere(key: str, fields: tuple[str, ...], count: int, whole: int, query: str) -> Asking:
    some = yield from behind("Account", "".join(fields), first_of(query, count))
    finding = Finding(
        check=TERRITORIES.name,
        key=f"{TERRITORIES.name}:{key}",
        weight=Weight.LOW,
        says=f"{count:,} of {whole:,} accounts are in no territory.",
        object="Account",
        fields=fields,
        count=count,
        of=whole,
        fix="Set the territory of each, and have a rule or a flow set that of new accounts.",
        minutes=_EACH * count,
        queries=(query,),
        records=tuple(RecordAt(row["Id"], "Account", row["Name"] or "", "in no territory") for row in some.rows),
    )
    return finding, some.unseen


def _table(counts: Mapping[str, int], left: Mapping[str, int]) -> Exhibit:
    return Exhibit(
        f"{TERRITORIES.name}/accounts",
        "Accounts by territory",
        "How many there are, and how many belong to people who are not active.",
        ("Territory", "Accounts", "Of people who left"),
        tuple((one, number, left.get(one, 0)) for one, number in counts.items()),
    )


TERRITORIES = Check("territories", "Accounts in no territory, and territories of nobody", _look, lambda _: 1)
CHECKS = (TERRITORIES,)
