"""upbeat routing simulate: a pool as its file says it now, on the records that came."""

from enum import StrEnum
from typing import Annotated

import typer

from upbeat.cli.frame import Dir, Json, told, working, workspace
from upbeat.cli.frame import since as moment_since
from upbeat.cli.pages import Form, Report, To, deliver
from upbeat.cli.pages import simulated as page
from upbeat.operations import routing


class Against(StrEnum):
    """What a simulation is compared with."""

    HISTORY = "history"
    PUBLISHED = "published"


@told
def simulate(
    pool: Annotated[str, typer.Option(help="Only this pool.")] = "",
    since: Annotated[str, typer.Option(help="How far back, such as '30 days', or from which day.")] = "90 days",
    where: Annotated[str, typer.Option(help="Only records that fit, in SOQL: \"LeadSource = 'Web'\".")] = "",
    against: Annotated[
        Against, typer.Option(help="What happened, or what the pool as it is published would have done.")
    ] = Against.HISTORY,
    every: Annotated[bool, typer.Option("--all", help="Show every record that differs.")] = False,
    form: Form = None,
    output: To = None,
    folder: Dir = None,
    as_json: Json = False,
) -> None:
    """Lay past records before the pools of your files: who would have got what, and what differs. Writes nothing."""
    with workspace(folder) as space, working("simulating") as say:
        now, published = space.clock.now(), against is Against.PUBLISHED
        past = routing.Past(moment_since(since, now, "--since") or now, now, where)
        found = routing.simulate_pools(space.house, past, pool, as_published=published, say=say)
    report = Report(found, page.document(found, every=every), page.COLUMNS, page.rows(found))
    deliver(report, form, output, as_json=as_json)
