"""Contact roles: how many people an open deal names, and how many a larger one needs."""

from collections.abc import Iterable, Sequence
from decimal import Decimal

from upbeat.foundation.behind import behind
from upbeat.foundation.checks import Check, Look
from upbeat.foundation.deals import (
    DEAL,
    MOST_GROUPS,
    OPEN,
    as_records,
    condition,
    deals,
    every,
    first_of,
    records_where,
    told,
    unseen,
)
from upbeat.foundation.findings import MOST_RECORDS, Finding, Found, Measure, RecordAt, Unseen, Weight
from upbeat.foundation.ground import Ground
from upbeat.foundation.questions import Question, Row, Way, filled
from upbeat.workflows import Workflow

ROLE = "OpportunityContactRole"
NOBODY = f"Id NOT IN (SELECT OpportunityId FROM {ROLE})"  # noqa: S608  our own names
_MINUTES = 4  # to ask who is in a deal, and to add one of them
_SIGNAL = "ContactRoles"


def named(ground: Ground) -> str:
    """Give the condition that a deal is one that names people: that of a person account has its customer already."""
    if ground.has("Account", "IsPersonAccount") and ground.has(DEAL, "AccountId"):
        return "(AccountId = NULL OR Account.IsPersonAccount = FALSE)"
    return ""


def _roles(ground: Ground) -> Look:
    if blind := unseen(ground, DEAL) + unseen(ground, ROLE, "ContactId"):
        return Found(unseen=blind)
    least, of = ground.fields.contact_roles.least, named(ground)
    if not least:
        return Found(measures=(Measure(ROLES.name, 0, 0, "fields.yaml asks for no contact role"),))
    asked = [_count(of), _count(every(of, NOBODY)), *([_few(of, least)] if least > 1 else [])]
    [whole, nobody, *few] = yield asked
    if denied := next((one.denied for one in (whole, nobody, *few) if one.denied), ""):
        return Found(unseen=(Unseen(ROLE, "", denied),))
    groups = [row for one in few for row in one.rows]
    count, total = nobody.total + len(groups), whole.total
    queries = _queries(ground, of, least)
    says = f"{total - count:,} of {deals(total)} name {_people(least)} or more"
    measure = Measure(ROLES.name, total - count, total, says, queries=queries)
    if not count:
        return Found(measures=(measure,))
    some = yield from behind(DEAL, "Id", first_of(queries[0], nobody.total))
    at_least = "At least " if len(groups) == MOST_GROUPS else ""
    finding = Finding(
        check=ROLES.name,
        key=f"{ROLES.name}:{ROLE}.ContactId",
        weight=Weight.MEDIUM,
        says=f"{at_least}{count:,} of {deals(total)} {'names' if count == 1 else 'name'} "
        f"{'nobody' if least == 1 else f'fewer than {_people(least)}'}: "
        f"{'it looks' if count == 1 else 'they look'} single-threaded, whoever is in fact in there.",
        object=DEAL,
        fields=(f"{ROLE}.ContactId",),
        count=count,
        of=total,
        fix=f"Add the people who decide and who use it as contact roles of each deal.{_both(queries)}",
        minutes=_MINUTES * count,
        queries=queries,
        records=_records(some.rows, groups),
    )
    return Found((finding,), (measure,), some.unseen)


def _single(ground: Ground) -> Look:
    if blind := unseen(ground, DEAL, "Amount") + unseen(ground, ROLE, "ContactId"):
        return Found(unseen=blind)
    larger = ground.fields.contact_roles.larger
    above = ground.org.money(Decimal(larger.above))
    of = every(named(ground), larger_than(ground, larger.above))
    [whole, nobody, few] = yield _count(of), _count(every(of, NOBODY)), _few(of, larger.least)
    if denied := whole.denied or nobody.denied or few.denied:
        return Found(unseen=(Unseen(ROLE, "", denied),))
    groups = list(few.rows)
    count, total, queries = nobody.total + len(groups), whole.total, _queries(ground, of, larger.least)
    well = f"{total - count:,} of {deals(total)} above {above} name {_people(larger.least)} or more"
    flows = [one for one in ground.workflows if flags(one)]
    live = sorted(one.name for one in flows if one.name in ground.live)
    says = (
        f"{count:,} with fewer than {_people(larger.least)}, and {', '.join(live)} flags them"
        if live
        else f"{count:,} with fewer than {_people(larger.least)}, and no live workflow flags them"
    )
    measures = (
        Measure(SINGLE.name, total - count, total, well, scores=False, queries=queries),
        Measure(f"{SINGLE.name}/flagged", count if live else 0, count, says, scores=not flows or bool(live)),
    )
    if not count or live:
        return Found(measures=measures)
    some = yield from behind(DEAL, "Id", first_of(queries[0], nobody.total))
    waiting = f"Take {flows[0].name} live" if flows else "Run a workflow such as single-threaded-larger-deals"
    finding = Finding(
        check=SINGLE.name,
        key=f"{SINGLE.name}:{ROLE}.ContactId",
        weight=Weight.MEDIUM,
        says=f"{count:,} of {deals(total)} above {above} {'hangs' if count == 1 else 'hang'} on fewer than "
        f"{_people(larger.least)}, and no live workflow flags them.",
        object=DEAL,
        fields=(f"{ROLE}.ContactId", "Amount"),
        count=count,
        of=total,
        fix=f"{waiting}, and name in each deal who else decides.{_both(queries)}",
        minutes=_MINUTES * count,
        queries=queries,
        records=_records(some.rows, groups),
    )
    return Found((finding,), measures, some.unseen)


def flags(flow: Workflow) -> bool:
    """Whether a workflow looks at how many people a deal names."""
    return flow.object == DEAL and _SIGNAL in flow.signals


def larger_than(ground: Ground, above: Decimal | int) -> str:
    """Give the condition that a deal is larger than so much, in the corporate currency where deals have their own."""
    code = ground.org.currency if ground.org.currencies else ""
    return condition(f"Amount > {code}{above}")


def _count(where: str) -> Question:
    text = f"SELECT COUNT() FROM {DEAL} WHERE {every(OPEN, where)}"  # noqa: S608  our own names
    return Question(Way.COUNT, filled(text))


def _few(of: str, least: int) -> Question:
    """Ask for the deals that name somebody, and fewer than so many: people, not roles, as one may have several."""
    text = (
        f"SELECT OpportunityId, Opportunity.Name deal, COUNT_DISTINCT(ContactId) people FROM {ROLE} "  # noqa: S608  our own names
        f"WHERE OpportunityId IN (SELECT Id FROM {DEAL} WHERE {every(OPEN, of)}) "
        f"GROUP BY OpportunityId, Opportunity.Name HAVING COUNT_DISTINCT(ContactId) < :least LIMIT {MOST_GROUPS}"
    )
    return Question(Way.QUERY, filled(text, least=least))


def _queries(ground: Ground, of: str, least: int) -> tuple[str, ...]:
    nobody = records_where(ground, every(of, NOBODY))
    return (nobody, _few(of, least).text) if least > 1 else (nobody,)


def _both(queries: Sequence[str]) -> str:
    """Say what each of two queries shows: no one query of Salesforce asks for both."""
    shows = " The first query shows those that name nobody, the second those that name too few: together they are all."
    return shows if len(queries) > 1 else ""


def _records(nobody: Iterable[Row], few: Iterable[Row]) -> tuple[RecordAt, ...]:
    without = as_records(nobody, lambda row: f"names nobody; {told(row)}")
    some = (RecordAt(row["OpportunityId"], DEAL, row["deal"] or "", f"names {_people(row['people'])}") for row in few)
    return (*without, *some)[:MOST_RECORDS]


def _people(count: int) -> str:
    return {1: "one person", 2: "two people", 3: "three people"}.get(count, f"{count} people")


ROLES = Check("contact-roles", "Open deals that name too few people", _roles, lambda _: 1)
SINGLE = Check("single-threaded", "Larger deals that hang on one or two people", _single, lambda _: 1)
CHECKS = (ROLES, SINGLE)
