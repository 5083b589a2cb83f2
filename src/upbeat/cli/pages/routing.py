"""Routing's measures as a document, and as one table by pool."""

from collections.abc import Callable, Iterator
from datetime import timedelta

from upbeat.base import percent
from upbeat.charts import Bar, Bars, Dot, Dots
from upbeat.cli.pages.document import Block, Cell, Chart, Document, Facts, Grid, Section
from upbeat.operations import BUCKETS, Load, PoolMeasures, Rate, RoutingMeasures, Span, Times
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
    yield Grid(("what goes wrong", "measured by", "now", "before it went live"), list(_failures(one)))
    yield _touched(one.now)
    if len(one.weeks) > 1:
        yield _trend(one)
    yield _loads(one)


def _failures(one: PoolMeasures) -> Iterator[tuple[str, str, str, str]]:
    """Give each of the ways in which routing fails, with its figure now and before."""
    now, before = one.now, one.before

    def both(read: Callable[[Span], str]) -> tuple[str, str]:
        return read(now), "" if before is None else read(before)

    yield ("Wrong rep", "first-touch-right", *both(lambda span: rate_words(span.right)))
    yield ("Misassignment", "reassigned", *both(lambda span: rate_words(span.reassigned)))
    yield ("Manual fallback", "owners changed by hand", *both(_by_hand))
    yield ("Delayed assignment", "time to assign, median and 90 %", *both(lambda span: _two(span.to_assign)))
    yield (
        "Delayed follow-up",
        f"time to first touch{', working time' if one.working else ''}, median and 90 %",
        *both(lambda span: _two(span.to_touch)),
    )
    yield (
        "Promise broken",
        "not touched in time, of what was promised",
        rate_words(one.broken) or "nothing was promised",
        "",
    )
    waits = (
        "none" if not one.held.count else f"{one.held.count:,}, nine in ten for up to {span_words(one.held.ninetieth)}"
    )
    yield ("Routing breaks", "runs that are stuck", f"{one.stuck:,}", "")
    yield ("Waiting for a person", "in the holding pool", waits, "")
    yield ("No clear view", "records that nobody has", f"{one.unowned:,}", "")


def _by_hand(span: Span) -> str:
    a_week = 7 * span.by_hand / span.days if span.days else 0.0
    return f"{span.by_hand:,}, {a_week:.1f} a week"


def _touched(span: Span) -> Chart:
    names = [*(f"within {duration_words(timedelta(minutes=end))}" for end in BUCKETS), "later"]
    pairs = list(zip(names, span.touched_within, strict=True))
    count = span.to_touch.count
    if not count:
        return Chart("Time to first touch", "No record has been touched yet.", None, Grid(("", "records"), []))
    says = f"{count:,} records were touched."
    drawing = Bars([Bar(name, value, f"{value:,}") for name, value in pairs])
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


def rate_words(one: Rate) -> str:
    """Give a share and of how many; empty without any."""
    return "" if one.share is None else f"{percent(100 * one.share)} of {one.of:,}"


def _two(one: Times) -> str:
    return "" if one.median is None else f"{span_words(one.median)}, {span_words(one.ninetieth)}"


def _took(one: Times) -> str:
    return span_words(one.median)


def span_words(seconds: float | None) -> str:
    """Give a length of time to two units: `2 d 4 h`, `3 min 20 s`."""
    if seconds is None:
        return ""
    left, said = round(seconds), list[str]()
    for unit, size in (("d", 86_400), ("h", 3_600), ("min", 60), ("s", 1)):
        count, left = divmod(left, size)
        if count or (unit == "s" and not said):
            said.append(f"{count} {unit}")
    return " ".join(said[:2])
