"""register: what runs, as one document."""

from upbeat import operations
from upbeat.cli.frame import Dir, Json, told, workspace
from upbeat.cli.pages import As, Report, To, deliver
from upbeat.cli.pages import register as pages


@told
def register(form: As = None, output: To = None, folder: Dir = None, as_json: Json = False) -> None:
    """Show every trigger with its condition, thresholds, actions, tiers, owner and mode, as it runs."""
    with workspace(folder) as space:
        found = operations.the_register(space.house)
    report = Report(found, pages.document(found), pages.COLUMNS, pages.rows(found))
    deliver(report, form, output, as_json=as_json)
