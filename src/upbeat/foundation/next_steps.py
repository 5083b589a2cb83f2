"""Next steps: what happens next on a deal, from the stage on at which fields.yaml says that it must be known."""

from upbeat.foundation.asks import lacking, stages_asking
from upbeat.foundation.behind import behind
from upbeat.foundation.checks import Check, Look
from upbeat.foundation.deals import (
    DEAL,
    OPEN,
    as_records,
    condition,
    deals,
    first_of,
    in_order,
    listed,
    records_where,
    stage_of,
    told,
    unseen,
)
from upbeat.foundation.findings import Finding, Found, Measure, Unseen, Weight
from upbeat.foundation.ground import Ground
from upbeat.foundation.questions import Question, Way, filled

_MINUTES = 3  # to ask the owner of a deal what comes next, and to write it down


def _steps(ground: Ground) -> Look:
    name = ground.fields.next_step
    field = ground.field(DEAL, name)
    if field is None:
        return Found(unseen=unseen(ground, DEAL, name))
    name = field.name
    if not field.filterable:
        return Found(unseen=(Unseen(DEAL, name, "no query can ask for a long text that is blank"),))
    asking = in_order(ground, stages_asking(ground).get(name, ()))
    where = condition("StageName IN :stages", stages=asking) if asking else ""
    counting = f"SELECT COUNT() FROM {DEAL} WHERE {OPEN}{f' AND {where}' if where else ''}"  # noqa: S608  our own names
    blank = f"{counting} AND {name} = NULL"
    [whole, without] = yield Question(Way.COUNT, filled(counting)), Question(Way.COUNT, filled(blank))
    if denied := whole.denied or without.denied:
        return Found(unseen=(Unseen(DEAL, name, denied),))
    have, of, count = whole.total - without.total, whole.total, without.total
    if not asking:
        says = f"{have:,} of {deals(of)} say what comes next; fields.yaml names no stage that asks for it"
        return Found(measures=(Measure(STEPS.name, have, of, says, scores=False),))
    query = records_where(ground, lacking(ground, name), name)
    says = f"{have:,} of {deals(of)} in {asking[0]} and later say what comes next"
    measure = Measure(STEPS.name, have, of, says, queries=(query,))
    if not count:
        return Found(measures=(measure,))
    some = yield from behind(DEAL, name, first_of(query, count))
    there = in_order(ground, (stage_of(ground, row) for row in some.rows)) or asking
    finding = Finding(
        check=STEPS.name,
        key=f"{STEPS.name}:{DEAL}.{name}",
        weight=Weight.MEDIUM,
        says=f"{count:,} of {deals(of)} {'has' if count == 1 else 'have'} no {name} in {listed(there)}, "
        "though fields.yaml asks for it there: nobody sees what comes next.",
        object=DEAL,
        fields=(name,),
        count=count,
        of=of,
        fix=f"Have each owner write {name}, and ask for it by a validation rule from {asking[0]} on.",
        minutes=_MINUTES * count,
        queries=(query,),
        records=as_records(some.rows, lambda row: f"no {name}; {told(row)}"),
        values=tuple(there),
    )
    return Found((finding,), (measure,), some.unseen)


STEPS = Check("next-steps", "Open deals without a next step, where their stage asks for one", _steps, lambda _: 1)
CHECKS = (STEPS,)
