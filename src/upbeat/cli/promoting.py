"""promote, judge, trigger-review, demote: from monitor to live and back, and what people are shown before."""

from typing import Annotated, Literal

import typer

from upbeat import operations
from upbeat.base import percent, short
from upbeat.cli.frame import As, Dir, Json, at, counted, out, show, table, told, working, workspace
from upbeat.operations import AskedToGoLive, GoLiveReport, Promoted, Rate, Refused, RouterBeside, Wish, between

Name = Annotated[str, typer.Argument(metavar="WORKFLOW", help="The workflow's name, as its file's.")]


@told
def promote(
    name: Name,
    by: Annotated[list[str] | None, typer.Option("--by", help="Who takes it live; give it once for each.")] = None,
    user: Annotated[str, typer.Option("--as", help="You alone would: the other one is asked in the queue.")] = "",
    note: Annotated[str, typer.Option(help="What the ledger should remember about it.")] = "",
    catch_up: Annotated[bool, typer.Option("--catch-up", help="Start, too, on the records that monitor saw.")] = False,
    exception: Annotated[str, typer.Option(help="Why it may be one more than the cap on live triggers.")] = "",
    production: Annotated[bool, typer.Option("--production", help="Go live in a production org.")] = False,
    folder: Dir = None,
    as_json: Json = False,
) -> None:
    """Show what a workflow did in monitor and what it will take; with people, take it live in their names."""
    wish = Wish(note, catch_up, exception, production)
    people = by or []
    if people and user:
        raise Refused("both --by and --as say who", fix="Give --by for each who is here, or --as to ask the other one.")
    with workspace(folder) as space, working("looking at monitor and the org", quiet=as_json):
        if user:
            done = operations.ask_to_go_live(space.house, name, user, wish)
        elif people:
            done = operations.promote(
                space.house, name, people, note, catch_up=catch_up, exception=exception, production=production
            )
        else:
            done = operations.go_live_report(space.house, name, wish)
    show(done, as_json=as_json, words=lambda: _tell(done))


@told
def judge(
    run: Annotated[str, typer.Argument(metavar="RUN", help="A run's id, its beginning, or the id of its record.")],
    word: Annotated[Literal["right", "wrong"], typer.Argument(metavar="right|wrong", help="What you think of it.")],
    why: Annotated[str, typer.Option(help="What is wrong with it.")] = "",
    user: As = "",
    folder: Dir = None,
    as_json: Json = False,
) -> None:
    """Say of a run in monitor whether what it would have done was right."""
    with workspace(folder) as space:
        found = operations.judge(space.house, run, word, user, why)
    show(
        {"run": found, "word": word, "why": why},
        as_json=as_json,
        words=lambda: out.print(f"Run {short(found)} is {word}, says {user}. `upbeat promote` counts it."),
    )


@told
def trigger_review(
    name: Name,
    note: Annotated[str, typer.Option(help="What the figures mean, and what is to be done.")],
    keep: Annotated[bool, typer.Option("--keep/--retire", help="Keep it, or take it back to monitor.")],
    user: As = "",
    folder: Dir = None,
    as_json: Json = False,
) -> None:
    """Review a trigger with its figures, as each quarter asks: it is kept, or retired."""
    with workspace(folder) as space:
        done = operations.review_trigger(space.house, name, "keep" if keep else "retire", user, note)
    then = "is kept" if keep else "is retired: it is in monitor mode again"
    show(
        done,
        as_json=as_json,
        words=lambda: out.print(
            f"{name} {then}. Since {at(done.since)} it fired {counted(done.fires, 'time')}; acted on "
            f"{_share(done.action_rate)}, wrong {_share(done.misfire_rate)}."
        ),
    )


@told
def demote(
    name: Name,
    why: Annotated[str, typer.Option(help="What the ledger should remember about it.")],
    user: As = "",
    folder: Dir = None,
    as_json: Json = False,
) -> None:
    """Take a workflow back to monitor mode: from now on it writes nothing."""
    with workspace(folder) as space:
        done = operations.demote(space.house, name, user, why)
    show(done, as_json=as_json, words=lambda: out.print(f"{name} is in monitor mode again."))


def _share(one: Rate) -> str:
    """Give `12 of 40 (18% to 46%, at 95 %)`."""
    return f"{one.part:,} of {one.of:,} ({one.low:.0%} to {one.high:.0%}, at 95 %)" if one.of else "none to tell by"


def _tell(done: Promoted | AskedToGoLive | GoLiveReport) -> None:
    if isinstance(done, GoLiveReport):
        _report(done)
    elif isinstance(done, Promoted):
        seen = ", ".join(f"{count} {outcome}" for outcome, count in done.observed.items()) or "nothing yet"
        then = f" It starts on {done.caught_up:,} of these records now." if done.caught_up else ""
        people = " and ".join(done.by)
        out.print(f"[green]{done.workflow} is live[/green], by {people}. In monitor it saw: {seen}.{then}")
    else:
        others = f", or {' or '.join(done.others)}" if done.others else ""
        out.print(f"{done.workflow} waits for {done.waits_for}{others}: `upbeat review approve {short(done.review)}`.")


def _report(one: GoLiveReport) -> None:
    """Print the whole report, the way it is read: what it did, what others did, what it takes, what is in the way."""
    seen = one.monitor
    since = f"since {at(seen.since)}" if seen.since else "never"
    org = {True: "a sandbox", False: "a PRODUCTION org", None: "an org that does not say which kind it is"}[one.sandbox]
    out.print(f"[bold]{one.workflow}[/bold] · {one.mode} · version {short(one.version)} · owner {one.owner} · {org}")
    out.print(one.title, markup=False)
    _layers(one)
    out.print(f"\nIn monitor {since}: it fired {counted(seen.fired, 'time')}, on {counted(seen.records, 'record')}.")
    out.print("  " + (", ".join(f"{count:,} {outcome}" for outcome, count in seen.outcomes.items()) or "no run yet"))
    if seen.actions:
        rows = [(f"{row.times:,}", row.does, row.step, row.tier, f"{row.records:,}") for row in seen.actions]
        out.print("\n[bold]Would have done[/bold]")
        table("", ["times", "what", "step", "tier", "records"], rows, "")
        out.print("for " + ", ".join(f"{who} ({count:,})" for who, count in seen.people.items()), markup=False)
    for example in seen.examples:
        out.print(f"  {short(example.run)}  {example.name}: {'; '.join(example.would)}", markup=False)
        out.print(f"    because {example.why}", markup=False)
    _beside(one)
    _compared(one)
    _judged(one)
    _ahead(one)
    _others(one)
    _complete(one)
    _verdict(one)


def _layers(one: GoLiveReport) -> None:
    """Print what it stands on, from the bottom: data, then triggers, then the use case itself."""
    below = one.layers.below
    audited = f"by the audit of {at(one.layers.audited)}" if one.layers.audited else "never audited: `upbeat audit`"
    rows = [
        ("data", row.item, row.standing, (row.despite and f"despite it: {row.despite}") or row.why)
        for row in below.data
    ]
    for row in below.triggers:
        names = " or ".join(row.workflows)
        stands = "live" if row.live else "not live"
        rows.append(("trigger", names, stands, row.despite or f"writes {', '.join(row.about)}"))
    rows.append(("use case", one.workflow, one.mode, one.title))
    table(f"\nWhat it stands on, {audited}", ["layer", "", "stands", ""], rows, "")


def _beside(one: GoLiveReport) -> None:
    found = one.beside
    out.print("\n[bold]Beside it, what others then did[/bold]")
    out.print(f"  {found.same:,} the same, {found.different:,} different, {found.nothing:,} nothing done")
    for row in found.differences:
        out.print(f"  {counted(row.count, 'time')}, {row.why}: {row.by} did otherwise", markup=False)
        for case in row.examples:
            out.print(f"    {short(case.run)}  ours: {case.ours} · theirs: {case.theirs}", markup=False)
    for why, count in found.unknown.items():
        out.print(f"  {count:,} cannot be compared: {why}", markup=False)
    if found.sources:
        out.print(f"  from {'; '.join(found.sources)}", markup=False)
    if found.routing is not None:
        _router(found.routing)


def _router(found: RouterBeside) -> None:
    """Print the pool beside the router in place: how often they agree, why not, and what each person got."""
    both = found.same + found.different
    if not both + found.asked:
        return
    asked = f"; {found.asked:,} we would have put before a person" if found.asked else ""
    out.print(f"\n[bold]The pool beside the router in place[/bold], on {counted(both + found.asked, 'record')}")
    out.print(f"  the same owner {found.same:,} times, another {found.different:,}{asked}")
    if found.theirs_minutes is not None and found.ours_minutes is not None:
        theirs, ours = found.theirs_minutes, found.ours_minutes
        out.print(f"  from the event to its owner, at the median: {theirs:,.1f} minutes, and {ours:,.1f} by the pool")
    table("", ["why they differ", "times"], [(why, f"{count:,}") for why, count in found.why.items()], "")
    rows = [(short(one.run), one.theirs, one.ours, one.why, one.detail) for one in found.cases]
    table("", ["run", "the router in place", "the pool", "why", ""], rows, "")
    rows = [(one.person, f"{one.theirs:,}", f"{one.ours:,}") for one in found.people]
    table("", ["person", "from the router in place", "from the pool"], rows, "")


def _compared(one: GoLiveReport) -> None:
    found = one.compared
    if found is None:
        return
    out.print(f"\n[bold]Beside the version before[/bold], {short(found.version)}, {found.mode}")
    if found.why_not:
        out.print(f"  cannot be compared: {found.why_not}", markup=False)
        return
    out.print(
        f"  on {counted(found.events, 'past event')} both fire {found.both:,} times, only this one {found.only_new:,}, "
        f"only the one before {found.only_before:,}, neither {found.neither:,}"
    )
    if found.now_fire:
        out.print(f"  fires now on {', '.join(found.now_fire)}")
    if found.no_more:
        out.print(f"  fires no more on {', '.join(found.no_more)}")


def _judged(one: GoLiveReport) -> None:
    right = one.monitor.judged.right
    if right.of:
        out.print(f"\nPeople judged its runs: right {_share(right)}.")
        for why, count in one.monitor.judged.wrong.items():
            out.print(f"  {count:,} wrong: {why}", markup=False)
    if one.monitor.to_judge:
        runs = " ".join(short(run) for run in one.monitor.to_judge)
        out.print(f"To judge, drawn at random: {runs} · `upbeat explain RUN`, then `upbeat judge RUN right`")


def _ahead(one: GoLiveReport) -> None:
    ahead = one.preview
    models = ", ".join(ahead.models) or "rules only"
    rows = [
        ("items", between(ahead.items)),
        ("writes", between(ahead.writes)),
        ("API calls", between(ahead.api_calls)),
        ("model spend", f"{between(ahead.model_spend)} ({models})"),
        ("decisions of people", between(ahead.decisions)),
        ("hours of reviewers", between(ahead.reviewer_hours, 1)),
        ("tasks, questions, messages", between(ahead.alerts)),
    ]
    few = "; few to draw from" if ahead.days < 7 else ""
    days = counted(ahead.days, "day")
    out.print(f"\n[bold]A month live[/bold], drawn from {days} of monitor{few} (10th to 90th percentile)")
    table("", ["what", "how much"], rows, "")
    if ahead.most_alerts:
        out.print(f"most in one day to one person: {ahead.most_alerts:,}, to {ahead.most_alerts_to}", markup=False)


def _others(one: GoLiveReport) -> None:
    out.print("\n[bold]Who else is at work there[/bold]")
    for clash in one.conflicts:
        out.print(f"  {', '.join(clash.others)}: {clash.clash} ({', '.join(clash.about)})", markup=False)
    for row in one.fires:
        parts = [
            f"sets {', '.join(row.sets)}" if row.sets else "",
            f"names {', '.join(row.names)}" if row.names else "",
        ]
        words = "; ".join(filter(None, [*parts, row.unseen])) or "names none of its fields"
        out.print(f"  {row.kind} {row.name} on {row.object}, {row.on}: {words}", markup=False)
    for row in one.unread:
        out.print(f"  the org does not tell its {row.kind}s: {row.why}", markup=False)
    if not (one.conflicts or one.fires or one.unread):
        out.print("  nobody: no other workflow, and no rule, flow or trigger of the org")


def _complete(one: GoLiveReport) -> None:
    rows = [
        (
            f.path,
            "?" if f.percent is None else percent(f.percent, f.least or 100),
            "" if f.least is None else f"{f.least} %",
            f.why or ("too little" if f.lacks else ""),
        )
        for f in one.completeness
    ]
    how_many = "" if one.records is None else f", of {counted(one.records, 'record')}"
    table(
        f"\nWhat it reads{how_many}", ["field", "filled", "at least", ""], rows, "It reads no field that can be blank."
    )


def _verdict(one: GoLiveReport) -> None:
    out.print()
    for row in one.advice:
        out.print(f"Worth knowing: {row.what}. {row.fix}", markup=False)
    for row in one.refusals:
        out.print(f"In the way: {row.what}. {row.fix}", style="red", markup=False)
    if not one.refusals:
        out.print(f"Nothing is in the way. Two people: `upbeat promote {one.workflow} --by A --by B`, or one: --as A.")
