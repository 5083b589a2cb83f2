"""The report on a workflow in monitor for somebody who sees not everybody's records: all figures, their own runs."""

from collections.abc import Mapping
from dataclasses import replace

from upbeat.operations.house import House
from upbeat.operations.promoting.report import Report
from upbeat.operations.tracing.scope import Scope
from upbeat.operations.tracing.scope import within as in_scope


def within(house: House, found: Report, scope: Scope) -> Report:
    """Give a report with no run and no record but those of a scope; the counts stay those of all of them.

    Raises SalesforceError where the scope cannot be told.
    """
    if scope.people is None:
        return found
    seen, beside_it, compared = found.monitor, found.beside, found.compared
    cases = () if beside_it.routing is None else beside_it.routing.cases
    examples = [one for some in beside_it.differences for one in some.examples]
    ids = {*seen.to_judge, *seen.judged.runs, *(one.run for one in (*seen.examples, *seen.samples, *cases, *examples))}
    of_versions = () if compared is None else (*compared.now_fire, *compared.no_more)
    opens = in_scope(house, scope, runs=ids, records=set(of_versions))
    judged = tuple(one for one in seen.judged.runs if one in opens)
    nothing: Mapping[str, int] = {}
    reasons = seen.judged.wrong if judged == seen.judged.runs else nothing  # people's words, about single runs
    return replace(
        found,
        monitor=replace(
            seen,
            examples=tuple(one for one in seen.examples if one.run in opens),
            samples=tuple(one for one in seen.samples if one.run in opens),
            to_judge=tuple(one for one in seen.to_judge if one in opens),
            judged=replace(seen.judged, runs=judged, wrong=reasons),
        ),
        beside=replace(
            beside_it,
            differences=tuple(
                replace(some, examples=tuple(one for one in some.examples if one.run in opens))
                for some in beside_it.differences
            ),
            routing=None
            if beside_it.routing is None
            else replace(beside_it.routing, cases=tuple(one for one in cases if one.run in opens)),
        ),
        compared=None
        if compared is None
        else replace(
            compared,
            now_fire=tuple(one for one in compared.now_fire if one in opens),
            no_more=tuple(one for one in compared.no_more if one in opens),
        ),
    )
