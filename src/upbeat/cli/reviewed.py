"""How the queue, one review and an answer look in a terminal."""

from collections.abc import Iterator, Mapping, Sequence

from upbeat.base import short
from upbeat.cli.frame import at, counted, out, table
from upbeat.domain import Proposal, Verb
from upbeat.operations import Batch, Page, Review, Shown, Side, SideBySide, ThreeWay

_WIDEST = 60  # characters of one record's value beside another's: --json has it whole


def tell_list(found: Page, page: int, limit: int, among: int) -> None:
    """Print one page of the queue, and what it leaves out; `among` is how many there are, whatever was asked for."""
    columns = ["id", "due", "waits for", "kind", "what", "state"]
    rows = [(short(one.id), at(one.due_at), one.owner, one.kind, one.title, one.state) for one in found.lines]
    nothing = f"None of the {among:,} that wait fits." if among else "All clear: nothing waits for a person."
    empty = "No such page." if found.total else nothing
    table("Review queue", columns, rows, empty)
    if found.total > len(found.lines):
        pages = -(-found.total // limit)
        out.print(f"[dim]page {page} of {pages}, {found.total:,} in all: --page shows another[/dim]")
    if found.snoozed:
        out.print(f"[dim]{found.snoozed:,} put off: --snoozed shows them too[/dim]")


def tell_review(shown: Shown) -> None:
    """Print everything that it takes to decide one."""
    one = shown.review
    tier = f" · {one.tier}" if one.tier else ""
    out.print(f"[bold]{one.kind}[/bold]{tier} · {one.state} · waits for {one.owner} until {at(one.due_at)}")
    for line in _lines(shown):
        out.print(line, markup=False)


def tell_answer(done: Review, missing: Sequence[str], waits: str) -> None:
    """Print what came of an approval or an answer."""
    if done.state == "outdated":
        words = f"Not approved: {done.note}. It is looked at again, and suggested anew where its condition still holds."
    elif done.state == "open":
        words = f"Signed; still needed: {', '.join(missing)}."
    elif done.release_at is not None:
        words = f"approved: {done.title}. It is written from {done.release_at:%H:%M:%S} UTC on; until then "
        words += f"`upbeat review recall {short(done.id)}` takes it back.{waits}"
    else:
        words = f"{done.state}: {done.title}.{waits}"
    out.print(words, markup=False)


def tell_batch(found: Batch, waits: str) -> None:
    """Print a pattern, its sample and what came of it."""
    out.print(f"Pattern {short(found.pattern)}: {counted(len(found.waiting), 'suggested change')} like this one wait.")
    columns = ["id", "of the sample", "state"]
    table("Sample", columns, [(short(one.id), one.title, one.state) for one in found.sample], "Nothing waits.")
    if found.undecided:
        ids = " ".join(short(one.id) for one in found.undecided)
        out.print(f"Decide each of these one by one first: {ids}")
    elif not found.released:
        out.print(f"The sample is decided: --approve releases the others, {found.most} at once at most.")
    if found.released:
        out.print(f"approved: {counted(len(found.released), 'suggested change')}, each by itself.{waits}", markup=False)
    if found.stopped:
        out.print(f"Stopped at {found.stopped}", markup=False)


def _lines(shown: Shown) -> Iterator[str]:
    one = shown.review
    body = one.body
    yield one.title
    if body.again:
        yield f"Asked anew: {body.again}"
    for proposal in body.proposals:
        beside = next((each for each in shown.beside if each.proposal == proposal.id), None)
        yield from ("", *_change(one, proposal, shown.differences, beside))
    yield from (f"  {each.object} {each.record_id}: {_moved(one, each)}" for each in shown.moved if shown.beside)
    facts = [each for each in shown.moved if each.side.is_fact]
    yield from (f"  {each.field}: was {_shown(one, each.was)}, is {_shown(one, each.now)} now" for each in facts)
    if shown.unread:
        yield f"\nNot compared with the org: {shown.unread}"
    yield "\nWhy"
    yield from (f"  {reason}" for reason in body.reasons)
    yield from (
        f"  “{quote.text}” ({quote.source}, {at(quote.at)}) for {quote.field}"
        for proposal in body.proposals
        for quote in proposal.quotes
    )
    if body.why:
        yield f"\nWhat it needs\n  {body.why}"
        roles = dict.fromkeys((*body.roles, *(role for one in body.one_of for role in one)))
        yield f"  Released by: {', '.join(roles)}"
    if shown.signed:
        yield f"  signed by {', '.join(shown.signed)}"
    if shown.missing:
        yield f"  still to sign: {', '.join(shown.missing)}"
    if body.choices:
        yield f"\nChoices: {', '.join(body.choices)}"
    yield from _times(shown)
    if one.item_id:
        yield f"\nRun: upbeat explain {short(one.item_id)}"


def _change(
    one: Review, proposal: Proposal, differences: Sequence[ThreeWay], beside: SideBySide | None
) -> Iterator[str]:
    if beside is not None:
        yield from _beside(one, proposal, beside)
        return
    by_field = {each.field: each for each in differences if each.record_id == proposal.record_id and each.record_id}
    sure = f" · {proposal.confidence:.0%} sure" if proposal.confidence < 1 else ""
    yield f"{proposal.verb} {proposal.object} {proposal.record_id}{sure}"
    first = _suggested_first(one, proposal)
    for name, value in proposal.after.items():
        line = f"  {name}: {_shown(one, proposal.before.get(name))} → {_shown(one, value)}"
        if name in proposal.edited:
            line += f" (suggested {_shown(one, first.get(name))}, edited by {proposal.edited[name]})"
        if name in by_field and by_field[name].moved:
            by = f" by {by_field[name].by}" if by_field[name].by else ""
            line += f"   NOW {_shown(one, by_field[name].now)}: {by_field[name].side}{by}"
        yield line


def _beside(one: Review, proposal: Proposal, beside: SideBySide) -> Iterator[str]:
    """Give the records next to each other, a line a field: what each has, and what stays and why."""
    yield f"{proposal.verb} {proposal.object} · it cannot be undone"
    yield from (f"  {number} {head}" for number, head in enumerate(beside.records, 1))
    for name, value in proposal.after.items() if proposal.verb is Verb.CONVERT else ():
        yield f"  {name}: {_shown(one, value)}"
    for row in beside.rows:
        each = " | ".join(f"{number} {_cut(_shown(one, value))}" for number, value in enumerate(row.values, 1))
        yield f"  {row.field}: {each}" + (f" → {_cut(_shown(one, row.stays))} ({row.why})" if row.why else "")


def _moved(one: Review, moved: ThreeWay) -> str:
    if moved.side is Side.GONE:
        return "it is gone"
    by = f", as {moved.by} left it" if moved.by else ""
    return f"{moved.field} was {_shown(one, moved.was)} and is {_shown(one, moved.now)} NOW{by}"


def _cut(text: str) -> str:
    return text if len(text) <= _WIDEST else f"{text[: _WIDEST - 1]}…"


def _suggested_first(one: Review, proposal: Proposal) -> Mapping[str, object]:
    """Give the values that an agent suggested where a person wrote others: proposals keep their order in an edit."""
    if not one.body.suggested:
        return {}
    return one.body.suggested[one.body.proposals.index(proposal)].after


def _times(shown: Shown) -> Iterator[str]:
    one = shown.review
    if shown.blast is not None:
        reached = (found.record_id for each in one.body.proposals for found in each.records)
        records = len({*(each.record_id or each.id for each in one.body.proposals), *reached})
        reach = f"{counted(records, 'record')} here; of this pattern {shown.blast.waiting:,} wait"
        yield f"\nRecords affected: {reach}, {counted(shown.blast.records, 'record')} in all"
    if shown.next_owner:
        then = "stays with" if shown.next_owner == one.owner else "goes to"
        lapses = f"; given up at {at(one.expires_at)}" if one.expires_at else ""
        yield f"Due {at(one.due_at)}, then it {then} {shown.next_owner}{lapses}"
    if one.snoozed_until is not None:
        yield f"Put off until {at(one.snoozed_until)}"
    if one.release_at is not None and one.state == "approved":
        yield f"Written from {at(one.release_at)} on, unless a signature is taken back"
    if one.decided_by:
        yield f"\n{one.decided_by} at {at(one.decided_at)}: {one.choice or one.state} {one.note}"


def _shown(one: Review, value: object) -> str:
    if value is None:
        return "blank"
    name = one.body.names.get(str(value))
    return f"{name} ({value})" if name else str(value)
