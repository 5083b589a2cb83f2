"""ICP tiers: whether accounts have one, those with open deals first of all, and whether it is still current."""

from collections.abc import Sequence
from typing import Final

from upbeat.foundation.behind import Behind, behind
from upbeat.foundation.checks import Check, Look
from upbeat.foundation.deals import WORKED, first_of
from upbeat.foundation.evident import evident
from upbeat.foundation.findings import MOST_RECORDS, Chart, Exhibit, Finding, Found, Measure, RecordAt, Unseen, Weight
from upbeat.foundation.ground import Ground
from upbeat.foundation.questions import Answer, Question, Row, Way, filled
from upbeat.schema import Field, FieldType
from upbeat.workflows.field_map import Tier

_BESIDE: Final = ("account", "company", "customer", "fit", "icp", "segment", "target", "tier")
_MINUTES: Final = 3  # to judge one account
_MOST_TIERS: Final = 50


def _look(ground: Ground) -> Look:
    said, unseen = _meant(ground)
    if unseen:
        return Found(unseen=(unseen,))
    if said is None:
        whole = ground.count("Account")
        if whole is None:
            return Found(unseen=(ground.uncounted("Account"),))
        says = "no field of Account holds an ICP tier: name it under icp_tier in fields.yaml"
        return Found(measures=(Measure(TIERS.name, 0, whole, says),))
    field = ground.schema.object("Account").field(said.field)
    name = field.name
    asked = {
        "whole": Question(Way.QUERY, f"SELECT COUNT(Id) n, COUNT({name}) tagged FROM Account"),  # noqa: S608
        "open": Question(Way.COUNT, f"SELECT COUNT() FROM Account WHERE {WORKED}"),  # noqa: S608
        "bare": Question(Way.COUNT, f"SELECT COUNT() FROM Account WHERE {name} = NULL AND {WORKED}"),  # noqa: S608
        "tiers": _by_tier(field),
        "old": _old(ground, said, "SELECT COUNT() FROM Account WHERE"),
    }
    questions = {key: one for key, one in asked.items() if one is not None}
    answers = yield tuple(questions.values())
    told = dict(zip(questions, answers, strict=True))
    if denied := told["whole"].denied:
        return Found(unseen=(Unseen("Account", name, denied),))
    findings, measures, unseen = list[Finding](), list[Measure](), list[Unseen]()
    whole, tagged = told["whole"].row["n"], told["whole"].row["tagged"]
    query = f"SELECT Id, Name, Owner.Name FROM Account WHERE {name} = NULL ORDER BY Id"  # noqa: S608
    says = f"{tagged:,} of {whole:,} accounts have a tier in {name}"
    measures.append(Measure(f"{TIERS.name}/tagged", tagged, whole, says, queries=(query,)))
    with_deals, bare = told["open"].total, told["bare"].total
    if not (told["open"].denied or told["bare"].denied):
        says = f"{with_deals - bare:,} of {with_deals:,} accounts with open deals have a tier"
        measures.append(Measure(f"{TIERS.name}/pipeline", with_deals - bare, with_deals, says, scores=False))
    if tagged < whole:
        first = f"SELECT Id, Name, Owner.Name FROM Account WHERE {name} = NULL AND {WORKED} ORDER BY Id"  # noqa: S608
        urgent = (yield from behind("Account", name, first_of(first, bare))) if bare else Behind()
        rest = yield from behind("Account", name, first_of(query, whole - tagged))
        unseen += (*urgent.unseen, *rest.unseen)
        queries = (first, query) if bare else (query,)
        findings.append(_untagged(field, whole - tagged, whole, bare, queries, _named(urgent, rest)))
    if "old" in told:
        found = yield from _current(ground, said, tagged, told["old"])
        findings, measures = [*findings, *found.findings], [*measures, *found.measures]
        unseen += found.unseen
    exhibits = (_tiers(field, tuple(told["tiers"].rows)),) if "tiers" in told and not told["tiers"].denied else ()
    return Found(tuple(findings), tuple(measures), tuple(dict.fromkeys(unseen)), exhibits)


def _meant(ground: Ground) -> tuple[Tier | None, Unseen | None]:
    """Give what fields.yaml names as the tier, else the field that is evidently it, with the day that stands beside."""
    if not ground.has("Account"):
        return None, ground.unseen("Account")
    said = ground.fields.icp_tier
    if said is not None:
        return said, None if ground.has("Account", said.field) else ground.unseen("Account", said.field)
    field = evident(ground, "Account", "icp", _BESIDE) or evident(ground, "Account", "tier", _BESIDE)
    if field is None:
        return None, None
    days = (f"{field.name.removesuffix('__c')}_{word}__c" for word in ("Date", "On", "Dated", "Updated"))
    return Tier(field=field.name, dated=next((one for one in days if ground.has("Account", one)), None)), None


def _by_tier(field: Field) -> Question | None:
    if not field.groupable:
        return None
    text = f"SELECT {field.name}, COUNT(Id) n FROM Account GROUP BY {field.name} "  # noqa: S608
    return Question(Way.QUERY, f"{text}ORDER BY COUNT(Id) DESC LIMIT {_MOST_TIERS}", rows=_MOST_TIERS)


def _old(ground: Ground, said: Tier, head: str) -> Question | None:
    """Ask for the tags that are no longer current, by the day of each; None where no field says it."""
    dated = ground.field("Account", said.dated) if said.dated else None
    if dated is None:
        return None
    before: object = ground.today - said.current_for
    if dated.type is FieldType.DATETIME:
        before = ground.now - said.current_for
    where = f"{said.field} != NULL AND ({dated.name} = NULL OR {dated.name} < :before)"
    return Question(Way.COUNT, filled(f"{head} {where}", before=before))


def _current(ground: Ground, said: Tier, tagged: int, old: Answer) -> Look:
    dated, days = said.dated or "", said.current_for.days
    if old.denied:
        return Found(unseen=(Unseen("Account", dated, old.denied),))
    says = f"{tagged - old.total:,} of {tagged:,} tiers were tagged within {days:,} days"
    listed = _old(ground, said, f"SELECT Id, Name, Owner.Name, {dated} FROM Account WHERE")  # noqa: S608
    query = listed.text if listed else ""
    measure = Measure(f"{TIERS.name}/current", tagged - old.total, tagged, says, queries=(query,))
    if not old.total:
        return Found(measures=(measure,))
    some = yield from behind("Account", dated, first_of(f"{query} ORDER BY {dated} NULLS FIRST, Id", old.total))
    finding = Finding(
        check=TIERS.name,
        key=f"{TIERS.name}:Account.{dated}",
        weight=Weight.LOW,
        says=f"{old.total:,} of {tagged:,} accounts have a tier that nobody looked at within {days:,} days.",
        object="Account",
        fields=(said.field, dated),
        count=old.total,
        of=tagged,
        fix=f"Look at each tier once more, and set {dated} to the day.",
        minutes=_MINUTES * old.total,
        queries=(query,),
        records=tuple(
            RecordAt(row["Id"], "Account", row["Name"] or "", f"tagged on {row[dated] or 'no known day'}")
            for row in some.rows
        ),
    )
    return Found((finding,), (measure,), some.unseen)


def _named(urgent: Behind, rest: Behind) -> tuple[RecordAt, ...]:
    """Name the accounts without a tier, those with open deals first."""
    rows = [(row, "no tier, and open deals") for row in urgent.rows]
    known = {row["Id"] for row, _ in rows}
    rows += [(row, "no tier") for row in rest.rows if row["Id"] not in known]
    return tuple(RecordAt(row["Id"], "Account", row["Name"] or "", why) for row, why in rows[:MOST_RECORDS])


def _untagged(
    field: Field, count: int, whole: int, bare: int, queries: tuple[str, ...], records: tuple[RecordAt, ...]
) -> Finding:
    deals = f", {bare:,} of them with open deals" if bare else ""
    return Finding(
        check=TIERS.name,
        key=f"{TIERS.name}:Account.{field.name}",
        weight=Weight.MEDIUM if bare else Weight.LOW,
        says=f"{count:,} of {whole:,} accounts have no {field.label or field.name}{deals}.",
        object="Account",
        fields=(field.name,),
        count=count,
        of=whole,
        fix="Tag those with open deals first, and have a flow tag new accounts.",
        minutes=_MINUTES * count,
        queries=queries,
        records=records,
    )


def _tiers(field: Field, rows: Sequence[Row]) -> Exhibit:
    return Exhibit(
        f"{TIERS.name}/accounts",
        "Accounts by tier",
        f"What {field.name} holds, blank for none.",
        ("Tier", "Accounts"),
        tuple((str(row[field.name] or ""), row["n"]) for row in rows),
        Chart.BARS,
    )


TIERS = Check("icp-tiers", "Accounts without an ICP tier, and tiers that are old", _look, lambda _: 3)
CHECKS = (TIERS,)
