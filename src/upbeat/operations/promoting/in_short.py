"""A go-live report in a few sentences, as the second person reads it in the queue."""

from collections.abc import Iterator

from upbeat.operations.promoting.comparing import Compared
from upbeat.operations.promoting.preview import Preview, Range
from upbeat.operations.promoting.report import Report, Wish


def in_short(shown: Report, wish: Wish) -> tuple[str, ...]:
    """Give what a report says, weightiest first, and the digest by which it is known again."""
    return tuple(_sentences(shown, wish))


def _sentences(shown: Report, wish: Wish) -> Iterator[str]:
    seen, beside = shown.monitor, shown.beside
    since = f" since {seen.since:%d %B %Y %R} UTC" if seen.since else ""
    yield f"In monitor{since} it fired on {seen.records:,} records, {seen.fired:,} times in all."
    for one in seen.actions:
        yield f"It would have done {one.times:,} times: {one.does} (step {one.step}, {one.tier})."
    yield (
        f"Others then did the same {beside.same:,} times, something else {beside.different:,} times, and nothing "
        f"{beside.nothing:,} times."
    )
    if shown.compared is not None:
        yield _against(shown.compared)
    yield f"People judged {seen.judged.right.of:,} of its runs, {seen.judged.right.part:,} of them right."
    yield _ahead(shown.preview)
    for one in shown.conflicts:
        yield f"{', '.join(one.others)}: {one.clash} ({', '.join(one.about)})."
    yield f"Beside it {len(shown.fires):,} rules, flows and triggers of the org run when it saves."
    for one in shown.advice:
        yield f"Worth knowing: {one.what}."
    if wish.exception:
        yield f"It is an exception to the cap: {wish.exception}."
    if wish.note:
        yield wish.note
    yield f"What was shown has the digest {shown.digest[:16]}; `upbeat promote {shown.workflow}` shows it as it is now."


def _against(one: Compared) -> str:
    if one.why_not:
        return f"It cannot be compared with the version before: {one.why_not}."
    return (
        f"Of {one.events:,} past events of the version before it would fire on {one.only_new:,} more, and on "
        f"{one.only_before:,} no more."
    )


def _ahead(preview: Preview) -> str:
    items, calls = between(preview.items), between(preview.api_calls)
    return f"A month live: {items} items, {calls} API calls, {between(preview.reviewer_hours, 1)} hours of reviewers."


def between(one: Range, digits: int = 0) -> str:
    """Give `12 to 40`, or `12` where both ends are the same."""
    low, high = f"{one.low:,.{digits}f}", f"{one.high:,.{digits}f}"
    return low if low == high else f"{low} to {high}"
