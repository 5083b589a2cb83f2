"""sources: what was asked of them, what that cost, and how they answered."""

from upbeat import operations
from upbeat.cli.frame import Dir, Json, out, show, table, told, workspace
from upbeat.operations import SourceUse


@told
def sources(folder: Dir = None, as_json: Json = False) -> None:
    """List the sources of facts that steps ask: today's calls of the budget, the cost of 30 days, the answers."""
    with workspace(folder) as space:
        found = operations.sources(space.house)

    def words() -> None:
        headers = ["source", "calls today", "30 days", "cost", "answers kept", "owner"]
        empty = "There is none yet: write enrichment/<name>.yaml, and publish it."
        table("Sources of facts", headers, [_row(one) for one in found], empty)
        if found:
            out.print("What a source said of a record, and what of it was kept or dropped: `upbeat explain RECORD`.")

    show(found, as_json=as_json, words=words)


def _row(one: SourceUse) -> tuple[str, ...]:
    if one.calls_per_day is None:
        return (one.source, "a table", "", "", "", one.owner)
    answers = ", ".join(f"{count:,} {said}" for said, count in one.answers.items())
    today = f"{one.calls_today:,} of {one.calls_per_day:,}"
    return (one.source, today, f"{one.calls:,}", f"{one.cost:,.2f} {one.currency}", answers, one.owner)
