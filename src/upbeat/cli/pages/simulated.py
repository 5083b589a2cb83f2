"""Simulated pools as a document, and as one table of the records that differ."""

from collections.abc import Iterator

from upbeat.base import rate_words, span_words
from upbeat.charts import Bar, Bars
from upbeat.cli.frame import counted
from upbeat.cli.pages.document import Block, Cell, Chart, Document, Facts, Grid, Section
from upbeat.operations.routing import Differs, PoolSimulation, Side, Simulation

COLUMNS = ("pool", "record", "came", "had by", "would go to", "why", "reasons")
_SHOWN = 20
_NOBODY = "nobody"


def document(found: Simulation, *, every: bool = False) -> Document:
    """Give a simulation as it is read; `every` lists all records that differ, and not the first alone."""
    records = sum(one.records for one in found.pools)
    differ = sum(len(one.differs) for one in found.pools)
    beside = "than by the pool as it is published" if found.as_published else "than happened"
    past = found.past
    when = f"from {past.since:%d %b %Y} to {past.until:%d %b %Y}"
    lead = f"Of {records:,} records {when}, {differ:,} would go elsewhere {beside}. Nothing was written."
    sections = [
        Section(f"{one.title} ({one.pool})", tuple(_pool(one, every=every, as_published=found.as_published)))
        for one in found.pools
    ]
    return Document("Pools simulated", lead, past.until, sections)


def rows(found: Simulation) -> list[list[Cell]]:
    """Give a row of `COLUMNS` for each record that differs."""
    return [[one.pool, *_row(each), "; ".join(each.reasons)] for one in found.pools for each in one.differs]


def _pool(one: PoolSimulation, *, every: bool, as_published: bool) -> Iterator[Block]:
    other = "as published" if as_published else "in fact"
    if not one.records:
        yield f"No record came that the pool would have been asked of: try a longer --since. {_own(one)}".strip()
        return
    yield Grid(("", "simulated", other), list(_sides(one)))
    relaxed = ", ".join(f"{name} {count:,}" for name, count in one.relaxed.items()) or "nothing"
    yield Facts([
        ("Decided by", ", ".join(f"{rule} {count:,}" for rule, count in one.rules.items())),
        ("Relaxed, as nobody fitted", relaxed),
        ("Cost", f"{one.queries:,} queries of the org to match records and to read calendars; no lookups"),
    ])  # fmt: skip
    yield _people(one, other)
    yield "Why they go elsewhere"
    yield Grid(("why", "records"), [(word, f"{count:,}") for word, count in one.why.items()], "None does.")
    if one.differs:
        shown = one.differs if every else one.differs[:_SHOWN]
        left = len(one.differs) - len(shown)
        yield f"The first {len(shown):,} of them; --all shows {left:,} more" if left else "Each of them"
        yield Grid(COLUMNS[1:], [(*_row(each), each.reasons) for each in shown])
    yield "What this cannot know"
    if own := _own(one):
        yield own
    yield from one.notes


def _own(one: PoolSimulation) -> str:
    return f"Left out: {counted(one.own, 'record')} that people made for themselves." if one.own else ""


def _sides(one: PoolSimulation) -> Iterator[tuple[str, str, str]]:
    would, had, whole = one.would, one.had, one.records
    yield "records given", f"{whole - would.nobody:,} of {whole:,}", f"{whole - had.nobody:,} of {whole:,}"
    yield "to nobody, or held", f"{would.nobody:,}", f"{had.nobody:,}"
    yield "to people who are no members", f"{would.others:,}", f"{had.others:,}"
    yield "evenness (Jain's index, 1 is best)", _even(would), _even(had)
    yield "until they are at work, median and 90 %", _wait(would), _wait(had)
    yield "at work within the promise", rate_words(would.in_time) or "no promise", rate_words(had.in_time)


def _people(one: PoolSimulation, other: str) -> Chart:
    pairs = list(zip(one.would.loads, one.had.loads, strict=True))
    table = [
        (a.user, f"{a.records:,}", f"{a.share:.1%}", f"{a.fair:.1%}", f"{b.records:,}", f"{a.records - b.records:+,}")
        for a, b in pairs
    ]
    bars = Bars([Bar(a.user, a.records, f"{a.records:,}: {a.share:.0%} of {a.fair:.0%}") for a, _ in pairs])
    heads = ("person", "would have got", "share", "fair share", other, "change")
    says = f"Who would have got what, beside the share that their weight says, and who had it {other}."
    return Chart("By person", says, bars if any(a.records for a, _ in pairs) else None, Grid(heads, table))


def _row(each: Differs) -> tuple[str, str, str, str, str]:
    came = f"{each.came_at:%d %b %Y %H:%M}"
    return each.record_id, came, each.had or _NOBODY, each.would or _NOBODY, each.why


def _even(one: Side) -> str:
    return "" if one.evenness is None else f"{one.evenness:.2f}"


def _wait(one: Side) -> str:
    wait = one.to_work
    return "" if wait.median is None else f"{span_words(wait.median)}, {span_words(wait.ninetieth)}"
