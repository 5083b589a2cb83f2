"""The cost of a month as a document, and as one table by workflow and outcome."""

from collections.abc import Iterator
from datetime import timedelta

from upbeat.cli.pages.document import Cell, Document, Facts, Grid, Section
from upbeat.operations import Cost, WorkflowCost
from upbeat.workflows import duration_words

COLUMNS = ("month", "workflow", "outcome", "mode", "items", "API calls", "decisions", "minutes", "spend")


def document(found: Cost) -> Document:
    """Give the month as it is read."""
    expected = f", {found.expected:,} by its end at this pace" if found.expected != found.items else ""
    lead = f"{found.items:,} work items completed{expected}; the month is laid out for {found.laid_out_for:,}."
    by_workflow = [
        (
            one.workflow, f"{one.items:,}", f"{one.looked_at:,}", f"{one.calls:,}",
            f"{one.calls / one.items:.3f}" if one.items else "", f"{one.decisions:,}", f"{one.minutes:,.0f}",
            "" if one.waited is None else str(timedelta(seconds=round(one.waited))), f"{one.spend:.2f}",
        )
        for one in found.workflows
    ]  # fmt: skip
    by_outcome = [
        (one.workflow, each.outcome, each.mode, f"{each.items:,}") for one in found.workflows for each in one.outcomes
    ]
    whole: list[tuple[str, Cell]] = [
        ("Work items", f"{found.items:,}"),
        ("API calls", f"{found.calls:,}, of them {found.shared_calls:,} for all workflows together"),
        ("Decisions of people", f"{found.decisions:,}"),
        ("Minutes of people", f"{found.minutes:,.0f}: decisions times {duration_words(found.decision)}"),
        ("Spend on models", f"{found.spend:.2f} US dollars: {_models(found)}"),
    ]
    heads = (
        "workflow", "work items", "only looked at", "API calls", "a work item", "decisions", "minutes",
        "waited (median)", "spend",
    )  # fmt: skip
    sections = [
        Section("The month", (Facts(whole),)),
        Section("By workflow", (Grid(heads, by_workflow, "No workflow has run this month."),)),
        Section(
            "By outcome",
            (Grid(("workflow", "outcome", "mode", "work items"), by_outcome, "No work item is completed yet."),),
        ),
        Section("How this is counted", _WORDS),
    ]
    return Document(f"Cost of {found.month}", lead, found.until, sections, found.over)


def rows(found: Cost) -> list[list[Cell]]:
    """Give a row of `COLUMNS` for each outcome, and one for each workflow whose outcome and mode are empty."""
    return [row for one in found.workflows for row in _rows(found.month, one)]


def _rows(month: str, one: WorkflowCost) -> Iterator[list[Cell]]:
    whole = (str(one.items), str(one.calls), str(one.decisions), f"{one.minutes:g}", f"{one.spend:.2f}")
    yield [month, one.workflow, "", "", *whole]
    for each in one.outcomes:
        yield [month, one.workflow, each.outcome, each.mode, str(each.items), "", "", "", ""]


_ITEMS = """
A work item is a run that fired and came to a declared outcome, written or only watched in monitor mode. A run whose
condition did not hold, or had held before, is only looked at.
"""
_CALLS = """
API calls are measured: each is counted as the engine sends it, for the workflow whose batch or schedule sends it.
Looking for changes, the org's users and queues and the nightly comparison serve all workflows, and are shared. Commands
that people run are not counted here. Calls by outcome are not known: one call carries many work items.
"""
_MINUTES = """
Minutes are worked out, not measured: the decisions of people times what the policy's block cost says of one. Waiting is
measured, from asking to the answer, and is no work.
"""
_WORDS = tuple(" ".join(one.split()) for one in (_ITEMS, _CALLS, _MINUTES))


def _models(found: Cost) -> str:
    used = {name: model for name, model in found.agents.items() if model != "none"}
    return ", ".join(f"{name} uses {model}" for name, model in used.items()) or "no agent uses one"
