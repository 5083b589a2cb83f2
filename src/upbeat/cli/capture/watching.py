"""capture status: what was not captured, or not written in time."""

from rich.markup import escape

from upbeat.cli.frame import Dir, Json, at, counted, out, show, table, told, workspace
from upbeat.operations import capture
from upbeat.operations.capture import Watched


@told
def status(folder: Dir = None, as_json: Json = False) -> None:
    """Show how capture stands: what could not be read, who met a customer and recorded nothing, what is late."""
    with workspace(folder) as space:
        found = capture.watch(space.house)
    show(found, as_json=as_json, words=lambda: _tell(found))


def _tell(found: Watched) -> None:
    counts = ", ".join(f"{count:,} {state}" for state, count in sorted(found.counts.items()))
    out.print(f"Conversations: {counts or 'none yet: `upbeat capture add FOLDER`, or sources in capture.yaml'}.")
    hours = round(found.within.total_seconds() / 3600)
    if found.ok:
        out.print(f"[green]Nothing is missing[/green]: every customer meeting is captured within {hours} hours.")
        return
    rows = [(one.name, one.source, at(one.at), one.why) for one in found.unread]
    table("Could not be read", ["what", "source", "when", "why"], rows, "Everything that came could be read.")
    silent = [(one.key, one.medium, one.source, at(one.began)) for one in found.silent]
    headers = ["key", "what", "source", "began"]
    table("Recorded, and no word of it is there", headers, silent, "Every recording has words.")
    missed = [(one.event, one.subject, one.owner, at(one.ended)) for one in found.missed]
    words = f"No customer meeting is missing that ended more than {hours} hours ago."
    table("Customer meetings of which nothing is captured", ["event", "subject", "owner", "ended"], missed, words)
    late = [(one.key, one.workflow, f"{one.object} {one.record_id}", one.state, one.owner) for one in found.late]
    table("Not written in time", ["conversation", "workflow", "record", "stands", "with"], late, "Nothing is late.")
    if found.late:
        out.print(f"Why: `upbeat explain {escape(found.late[0].key)}`. {counted(len(found.late), 'run')} in all.")
