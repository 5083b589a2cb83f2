"""The controls, looked at on this workspace: each passes, fails, or has no data yet to say so."""

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from stat import S_IMODE
from typing import Any

from sqlalchemy import func, select

from upbeat.apply import State as Stage
from upbeat.base import decode, encode
from upbeat.domain import Decision, Mode, Tier, Verdict
from upbeat.engine import Verdict as Replayed
from upbeat.ledger import Kind, Stored
from upbeat.operations.auditing import keeping
from upbeat.operations.drafting import unpublished
from upbeat.operations.house import House
from upbeat.operations.owning import MISFIRE
from upbeat.operations.reconciling import open_alarms
from upbeat.operations.replaying import replay
from upbeat.operations.reporting.controls import CONTROLS, Control
from upbeat.operations.reporting.packet import PACKET
from upbeat.operations.reporting.status import status
from upbeat.review import State
from upbeat.store import tables
from upbeat.workflows import FileKind

_LATEST = 1_000  # writes that are looked at, the newest
_RUNS = 5  # that are decided again
_NIGHTS = timedelta(days=2)  # within which the org must have been compared with the ledger


class Says(StrEnum):
    """What a look at a control says."""

    PASSES = "passes"
    FAILS = "fails"
    NO_DATA = "no data"


@dataclass(frozen=True, slots=True)
class CheckedControl:
    """A control as it stands on this workspace, and in words what was looked at."""

    control: Control
    says: Says
    words: str


Look = tuple[Says, str]


def check_controls(house: House) -> list[CheckedControl]:
    """Look at every control. Asks nothing of the org; recomputes the ledger, as `verify` does."""
    return [CheckedControl(one, *_LOOKS[one.name](house)) for one in CONTROLS]


def _judged(wrong: int, of: int, what: str, fault: str) -> Look:
    if of == 0:
        return Says.NO_DATA, f"there are no {what} yet"
    return (Says.FAILS, f"{wrong:,} of {of:,} {what} {fault}") if wrong else (Says.PASSES, f"{of:,} {what} looked at")


@dataclass(frozen=True, slots=True)
class _Write:
    """A write's decision as the store has it, and as the ledger does, with whoever asked for it."""

    told: Decision
    held: Decision | None
    author: str


def _writes(house: House) -> list[_Write]:
    """Give the newest writes; not those whose decision was erased."""
    table = tables.proposals
    newest = select(table.c.decision, table.c.decision_entry).where(table.c.state == Stage.WRITTEN)
    with house.store.reading() as conn:
        rows = conn.execute(newest.order_by(table.c.seq.desc()).limit(_LATEST)).all()
        entries = house.ledger.read_all(conn, [row.decision_entry for row in rows])
    found: list[_Write] = []
    for row in rows:
        told, entry = decode(row.decision, Decision), entries.get(row.decision_entry)
        if entry is None:
            found.append(_Write(told, None, ""))
        elif entry.payload is not None:
            held = decode(encode(entry.payload["decision"]), Decision)
            found.append(_Write(told, held, entry.payload["told"]["author"]))
    return found


def _one_gate(house: House) -> Look:
    writes = _writes(house)
    wrong = sum(one.held is None or one.held != one.told or one.held.verdict is not Verdict.APPLY for one in writes)
    return _judged(wrong, len(writes), "writes", "rest on no decision in the ledger that clears them")


def _approval(house: House) -> Look:
    held = [one.held for one in _writes(house) if one.held is not None]
    high = [one for one in held if one.tier is Tier.APPROVAL]
    wrong = sum(not {each.role for each in one.approvals} >= set(one.roles) for one in high)
    return _judged(wrong, len(high), "writes of the tier approval", "lack a signature that their rules ask for")


def _separate_duties(house: House) -> Look:
    released = [one for one in _writes(house) if one.held is not None and one.held.approvals]
    wrong = sum(_signed_own(one) for one in released)
    return _judged(wrong, len(released), "released changes", "were signed by who asked for them")


def _signed_own(one: _Write) -> bool:
    signed = one.held.approvals if one.held is not None else ()
    return any(each.by.casefold() == one.author.casefold() for each in signed)


def _publishing(house: House) -> Look:
    with house.store.reading() as conn:
        count = conn.scalar(select(func.count()).select_from(tables.versions)) or 0
    if not count:
        return Says.NO_DATA, "nothing is published yet"
    changed = [one.path for one in unpublished(house)]
    if changed:
        return Says.FAILS, f"not published, and so not running: {', '.join(changed)}"
    return Says.PASSES, f"{count:,} published versions, and the files say what runs"


def _going_live(house: House) -> Look:
    given = tables.modes
    with house.store.reading() as conn:
        rows = conn.execute(select(given).where(given.c.mode == Mode.LIVE)).all()
        entries = house.ledger.read_all(conn, [row.entry_id for row in rows])
    wrong = sum(len(_names(entries.get(row.entry_id))) < 2 for row in rows)
    return _judged(wrong, len(rows), "live workflows", "were not taken live by two people")


def _names(entry: Stored | None) -> frozenset[str]:
    """Give who took a workflow live, by the entry that says so."""
    said: Mapping[str, Any] = {} if entry is None or entry.payload is None else entry.payload
    return frozenset(one.casefold() for one in said.get("by", ()))


def _foundation(house: House) -> Look:
    """Look at what is live now, by the last audit."""
    given = tables.modes
    with house.store.reading() as conn:
        live = set(conn.scalars(select(given.c.workflow).where(given.c.mode == Mode.LIVE)))
        audit = keeping.last_kept(conn)
    if audit is None:
        return Says.NO_DATA, "nothing was audited here yet"
    known = [one for one in audit.readiness if one.workflow in live]
    return _judged(sum(bool(one.lacking) for one in known), len(known), "live workflows", "rest on what does not hold")


def _roles(house: House) -> Look:
    named = {name: ", ".join(roles) for name, roles in house.policy.permissions.by_act().items() if roles}
    if not named:
        return Says.FAILS, "the policy's block permissions names no role: every active user may do everything"
    return Says.PASSES, "; ".join(f"{act}: {roles}" for act, roles in named.items())


def _secrets(house: House) -> Look:
    files = [one for one in (house.store.path, house.anchor) if one is not None and one.exists()]
    open_to_others = [one.name for one in files if S_IMODE(one.stat().st_mode) & 0o077]
    return _judged(len(open_to_others), len(files), "files", f"can be read by others: {', '.join(open_to_others)}")


def _ledger(house: House) -> Look:
    found = house.ledger.verify(house.store, house.anchor)
    if not found.ok:
        return Says.FAILS, "; ".join(found.problems[:3])
    if not found.sealed:
        return Says.NO_DATA, "nothing is sealed yet"
    return Says.PASSES, f"{found.sealed:,} entries sealed, anchored up to {found.anchored_to:,}"


def _replay(house: House) -> Look:
    with house.store.reading() as conn:
        newest = select(tables.items.c.id).where(tables.items.c.ended_at.is_not(None))
        runs = list(conn.scalars(newest.order_by(tables.items.c.seq.desc()).limit(_RUNS)))
    found = Counter(one.verdict for run in runs for one in replay(house, run))
    wrong = found[Replayed.DIFFERENT]
    return _judged(wrong, wrong + found[Replayed.SAME], "of the newest runs", "come out differently")


def _reconcile(house: House) -> Look:
    now = house.clock.now()
    with house.store.reading() as conn:
        entries = list(house.ledger.between(conn, now - _NIGHTS, now + _NIGHTS, [Kind.RECONCILED]))
        strangers = open_alarms(conn)
    if strangers:
        return Says.FAILS, f"{strangers} open incident{'s' if strangers > 1 else ''} about what nobody can account for"
    if not entries:
        return Says.NO_DATA, "the org was not compared with the ledger in the last two days"
    return Says.PASSES, f"compared {len(entries)} times in the last two days, last at {entries[-1].at:%F %R}"


def _nothing_lost(house: House) -> Look:
    found = status(house)
    taken = sum(sum(one.values()) for one in found.items.values())
    return _judged(len(found.loose), taken, "runs", "have neither an outcome nor an owner with time left")


def _misfires(house: House) -> Look:
    table, now = tables.reviews, house.clock.now()
    mine = select(func.count()).where(table.c.kind == MISFIRE)
    late = mine.where(table.c.state == State.OPEN, table.c.due_at < now)
    with house.store.reading() as conn:
        return _judged(conn.scalar(late) or 0, conn.scalar(mine) or 0, "reports", "are not answered in time")


def _stop(house: House) -> Look:
    with house.store.reading() as conn:
        table = tables.ledger_entries
        count = conn.scalar(select(func.count()).where(table.c.kind == Kind.STOPPED)) or 0
    return (Says.PASSES, f"used {count} times") if count else (Says.NO_DATA, "it was never used; try it in a sandbox")


def _way_back(house: House) -> Look:
    table = tables.proposals
    written = select(func.count()).where(table.c.state == Stage.WRITTEN)
    with house.store.reading() as conn:
        count = conn.scalar(written) or 0
        tried = conn.scalar(select(func.count()).where(tables.ledger_entries.c.kind == Kind.ROLLBACK_ASKED)) or 0
    if not count:
        return Says.NO_DATA, "nothing is written yet"
    return Says.PASSES, f"{count:,} writes with their values before and after; {tried:,} rollbacks asked for"


def _weekly_review(house: House) -> Look:
    late = status(house).unsigned
    with house.store.reading() as conn:
        made = conn.scalar(select(func.count()).where(tables.signoffs.c.kind == PACKET)) or 0
    return _judged(len(late), made, "weekly packets", f"are not signed: {', '.join(late)}")


def _leaving(house: House) -> Look:
    table = tables.versions
    with house.store.reading() as conn:
        rows = conn.execute(select(table).where(table.c.kind == FileKind.AGENT).order_by(table.c.number)).all()
    newest = {row.name: decode(row.text) for row in rows if row.text}
    sending = [name for name, said in newest.items() if said.get("sends")]
    if not newest:
        return Says.NO_DATA, "no agent is published yet"
    words = f"sending fields: {', '.join(sending)}" if sending else f"none of {len(newest)} agents sends a field"
    return Says.PASSES, words


def _forgetting(house: House) -> Look:
    with house.store.reading() as conn:
        count = conn.scalar(select(func.count()).where(tables.ledger_entries.c.kind == Kind.ERASED)) or 0
    return (Says.PASSES, f"asked {count} times") if count else (Says.NO_DATA, "nobody has asked to be forgotten")


def _record(_house: House) -> Look:
    return Says.NO_DATA, "backups lie outside Upbeat: show the schedule of the store's and the keys' own"


_LOOKS: Mapping[str, Callable[[House], Look]] = {
    "one-gate": _one_gate,
    "approval": _approval,
    "separate-duties": _separate_duties,
    "publishing": _publishing,
    "going-live": _going_live,
    "foundation": _foundation,
    "roles": _roles,
    "secrets": _secrets,
    "ledger": _ledger,
    "replay": _replay,
    "reconcile": _reconcile,
    "nothing-lost": _nothing_lost,
    "misfires": _misfires,
    "stop": _stop,
    "way-back": _way_back,
    "weekly-review": _weekly_review,
    "leaving-the-machine": _leaving,
    "forgetting": _forgetting,
    "system-of-record": _record,
}
