"""audit: what the org's foundation must be before an agent acts on it."""

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from upbeat import operations
from upbeat.cli.frame import As, Dir, Json, counted, err, out, show, told, working, workspace
from upbeat.cli.pages import Form, Report, To, deliver
from upbeat.cli.pages import audit as audit_page
from upbeat.operations import AuditPlan, Refused, ToldAudit


@told
def audit(
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask before the API calls are spent.")] = False,
    calls: Annotated[
        int | None, typer.Option(min=1, help="The most API calls that it may spend, beyond looking.")
    ] = None,
    only_plan: Annotated[bool, typer.Option("--plan", help="Say what it would ask and cost, and end there.")] = False,
    last: Annotated[bool, typer.Option("--last", help="Show the last audit, and ask the org nothing.")] = False,
    fresh: Annotated[bool, typer.Option("--fresh", help="Begin anew, where an audit was cut off.")] = False,
    draft: Annotated[bool, typer.Option("--draft", help="Print a fields.yaml that the last audit drew up.")] = False,
    strict: Annotated[bool, typer.Option("--strict", help="End with 1 where an item fails.")] = False,
    form: Form = None,
    output: To = None,
    user: As = "",
    folder: Dir = None,
    as_json: Json = False,
) -> None:
    """Audit the org's data, process, tools and governance: it reads, and never writes."""
    with workspace(folder) as space:
        if draft:
            lines = operations.drafted_fields(space.house)
            show(lines, as_json=as_json, words=lambda: _hand_over(lines, output))
            return
        if last:
            done = operations.last_audit(space.house)
        else:
            with working("looking at the org", quiet=as_json):
                planned = operations.plan_audit(space.house, fresh=fresh)
            if only_plan:
                show(planned.plan, as_json=as_json, words=lambda: _tell(planned.plan))
                return
            _agree(planned.plan, calls, yes=yes, quiet=as_json)
            with working("auditing", quiet=as_json) as say:
                done = operations.audit(space.house, planned, by=user, calls=calls, tell=say)
        told = operations.tell_audit(space.house, done)
    deliver(_report(told), form, output, as_json=as_json)
    if strict and done.failing:
        raise typer.Exit(1)


def _report(told: ToldAudit) -> Report:
    return Report(
        told,
        audit_page.document(told),
        audit_page.COLUMNS,
        audit_page.rows(told),
        lambda: _say(audit_page.summary(told)),
    )


def _hand_over(lines: Sequence[str], output: Path | None) -> None:
    """Print a file as it is to be saved, or save it where nothing stands yet."""
    if output is not None:
        if output.exists():
            raise Refused(f"{output} is there already", fix="Put into it what `upbeat audit --draft` prints.")
        output.write_text("\n".join([*lines, ""]), "utf-8")
        out.print(f"Written to {output}: change what is not so, and run `upbeat check`.", markup=False)
        return
    for line in lines:
        out.print(line, markup=False, highlight=False, soft_wrap=True)


def _say(lines: Sequence[tuple[str, str]]) -> None:
    for line, style in lines:
        out.print(line, style=style, markup=False)


def _agree(plan: AuditPlan, calls: int | None, *, yes: bool, quiet: bool) -> None:
    """Say what it costs, and ask, where there is somebody to answer."""
    if quiet:
        return
    most = plan.calls if calls is None else min(plan.calls, calls)
    err.print(_words(plan), markup=False)
    question = f"Spend up to {counted(most, 'API call')}?"
    if not yes and err.is_terminal and not typer.confirm(question, default=True, err=True):
        raise typer.Exit(1)


def _words(plan: AuditPlan) -> str:
    left = "" if plan.left is None else f", of {plan.left:,} left today"
    on = " It goes on where the last one was cut off." if plan.goes_on else ""
    return (
        f"{plan.checks} checks ask {counted(plan.questions, 'question')} at first: up to "
        f"{counted(plan.calls, 'API call')}{left}; looking took {plan.surveyed}. Nothing is changed.{on}"
    )


def _tell(plan: AuditPlan) -> None:
    out.print(_words(plan), markup=False)
    for name, number in plan.records.items():
        out.print(f"  {name}: {counted(number, 'record')}", markup=False)
    for name, why in plan.hidden.items():
        out.print(f"  {name} is not looked at: {why}", markup=False)
