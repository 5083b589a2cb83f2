"""upbeat routing measure: what pools did, and what came of it."""

from typing import Annotated

import typer

from upbeat import operations
from upbeat.cli.frame import Dir, Json, told, working, workspace
from upbeat.cli.frame import since as moment_since
from upbeat.cli.pages import Form, Report, To, deliver
from upbeat.cli.pages import routing as page


@told
def measure(
    pool: Annotated[str, typer.Option(help="Only this pool.")] = "",
    since: Annotated[str, typer.Option(help="How far back, such as '30 days', or from which day.")] = "30 days",
    form: Form = None,
    output: To = None,
    folder: Dir = None,
    as_json: Json = False,
) -> None:
    """Measure routing: first-touch-right, times to assign and to first touch, what was changed by hand, who has what.

    It reads the org's own history, so that the time before a pool went live is counted alike.
    """
    with workspace(folder) as space, working("measuring"):
        now = space.clock.now()
        begin = moment_since(since, now, "--since") or now
        found = operations.measure_routing(space.house, pool, now - begin)
    report = Report(found, page.document(found), page.COLUMNS, page.rows(found))
    deliver(report, form, output, as_json=as_json)
