"""Routing's measures as a document, and as one table by pool."""

from collections.abc import Iterator

from upbeat.base import percent, rate_words, span_words
from upbeat.charts import Bar, Bars, Dot, Dots
from upbeat.cli.pages.document import Block, Cell, Chart, Document, Facts, Grid, Section
from upbeat.operations import Load, PoolMeasures, RoutingMeasures, Times
from upbeat.operations.routing import failures, touched_in
from upbeat.workflows import duration_words

COLUMNS = (
    "pool", "member", "records", "share", "fair share", "first-touch-right", "assigned in (median)",
    "touched in (median)", "reassigned", "changed by hand", "promises broken",
)  # fmt: skip
_HOW = (
    (
        "First-touch-right: of the records that were touched, or whose promise was broken first, the share "
        "whose first touch was by the first person who had them, with nobody in between."
    ),
    "A touch is a task that is done, an event, an email or a change of status by whoever has the record then.",
    (
        "Time to assign runs from a record's creation to the first person who has it; time to first touch "
        "runs from its creation too, in working time where the pool's promise names hours, whoever had it in "
        "between."
    ),
    "Changed by hand: changes of an owner by a person, after somebody had the record.",
    "Evenness is Jain's index over records by weight: 1 where everybody has what their weight says.",
    "Before: as long a time as is asked for, up to going live, counted alike from the org's own history.",
)


def document(found: RoutingMeasures) -> Document:
    """Give the measures as they are read."""
    records = sum(one.now.records for one in found.pools)
    lead = f"{records:,} records came to {len(found.pools)} pool{'' if len(found.pools) == 1 else 's'}."
    sections = [Section(f"{one.title} ({one.pool})", tuple(_pool(one))) for one in found.pools]
    how = Section("How this is counted", _HOW)
    return Document("Routing", lead, found.until, [*sections, how])


def rows(found: RoutingMeasures) -> list[list[Cell]]:
    """Give a row of `COLUMNS` for each pool, whose member is empty, and one for each member."""
    return [row for one in found.pools for row in _rows(one)]


def _rows(one: PoolMeasures) -> Iterator[list[Cell]]:
    now = one.now
    yield [
        one.pool, "", str(now.records), "", "", rate_words(now.right), _took(now.to_assign), _took(now.to_touch),
        rate_words(now.reassigned), str(now.by_hand), rate_words(one.broken),
    ]  # fmt: skip
    for each in one.loads:
        mine = [one.pool, each.user, str(each.records), f"{each.share:.1%}", f"{each.fair:.1%}"]
        yield [*mine, *[""] * (len(COLUMNS) - len(mine))]


def _pool(one: PoolMeasures) -> Iterator[Block]:
    if not one.now.records:
        yield "No record has come yet: these figures fill as the pool's workflow runs, in monitor mode too."
    if one.unseen:
        yield f"Not seen: {one.unseen}."
    since = "in monitor mode" if one.live_since is None else f"live since {one.live_since:%d %b %Y}"
    yield Facts([("Workflow", f"{one.workflow}, {since}"), ("Records", f"{one.now.records:,}")])
    yield Grid(
        ("what goes wrong", "measured by", "now", "before it went live"),
        [(each.name, each.by, each.now, each.before) for each in failures(one)],
    )
    yield _touched(one)
    if len(one.weeks) > 1:
        yield _trend(one)
    yield _loads(one)


def _touched(one: PoolMeasures) -> Chart:
    names = [*(f"within {duration_words(end)}" for end in one.buckets), "later"]
    pairs = list(zip(names, one.now.touched_within, strict=True))
    count = one.now.to_touch.count
    if not count:
        return Chart("Time to first touch", "No record has been touched yet.", None, Grid(("", "records"), []))
    says = f"{count:,} records were touched{', in working time' if one.working else ''}."
    drawing = touched_in(one)
    return Chart("Time to first touch", says, drawing, Grid(("", "records"), [(name, f"{n:,}") for name, n in pairs]))


def _trend(one: PoolMeasures) -> Chart:
    dots = [
        Dot(f"{week.begins:%d %b}", 100 * share, percent(100 * share))
        for week in one.weeks
        if (share := week.span.right.share) is not None
    ]
    table = [
        (
            f"{week.begins:%d %b %Y}", "live" if week.live else "before", f"{week.span.records:,}",
            rate_words(week.span.right), _took(week.span.to_assign), _took(week.span.to_touch),
            f"{week.span.by_hand:,}",
        )
        for week in one.weeks
    ]  # fmt: skip
    heads = ("week of", "", "records", "first-touch-right", "assigned in", "touched in", "changed by hand")
    says = "First-touch-right by the week in which records came."
    return Chart("Week by week", says, Dots(dots) if dots else None, Grid(heads, table))


def _loads(one: PoolMeasures) -> Chart:
    even = "" if one.evenness is None else f" Evenness {one.evenness:.2f} of 1."
    says = f"Who was given what first. A bar that reaches the middle is the share that a weight says.{even}"
    table = [(each.user, f"{each.records:,}", f"{each.share:.1%}", f"{each.fair:.1%}") for each in one.loads]
    bars = Bars([Bar(each.user, min(2.0, each.share / each.fair), _beside(each)) for each in one.loads], most=2)
    drawing = bars if any(each.records for each in one.loads) else None
    return Chart("By person", says, drawing, Grid(("person", "records", "share", "fair share"), table))


def _beside(each: Load) -> str:
    return f"{each.records:,}: {each.share:.0%}, by weight {each.fair:.0%}"


def _took(one: Times) -> str:
    return span_words(one.median)
