"""The pass that `apply` asks for, and that only the gate gives out (law 1)."""

from typing import Never, Self, final

from upbeat.base import UpbeatError
from upbeat.domain import Decision, Verdict

_SEAL = object()


class Uncleared(UpbeatError):  # noqa: N818  it names a state, as people speak of it
    """A write without a clearance: the gate's decision does not let it through."""


@final
class Clearance:
    """Leave to carry out exactly the proposal of one decision, which the ledger holds under `entry_id`.

    What is impossible: to construct one outside this module, to change one, to copy, replace, pickle or decode one,
    or to inherit from the class. What is not: Python hides nothing, so code that reaches for this module's private
    seal, or sets attributes with `object.__setattr__` on an instance made by `object.__new__`, can forge one. A test
    over the source refuses such code, and `apply` trusts no clearance by itself: it reads the decision again from the
    ledger.
    """

    __slots__ = ("decision", "entry_id")

    decision: Decision
    entry_id: str

    def __new__(cls, seal: object, decision: Decision, entry_id: str) -> Self:
        """Refuse everyone but `clear`."""
        if seal is not _SEAL:
            raise Uncleared("only the gate makes a clearance", fix="Ask gate.clear with a decision that says apply.")
        made = super().__new__(cls)
        object.__setattr__(made, "decision", decision)
        object.__setattr__(made, "entry_id", entry_id)
        return made

    def __init_subclass__(cls) -> Never:
        raise Uncleared("a clearance has no other kinds")

    def __setattr__(self, name: str, value: object) -> Never:
        raise Uncleared("a clearance does not change")

    def __delattr__(self, name: str) -> Never:
        raise Uncleared("a clearance does not change")

    def __reduce_ex__(self, protocol: object) -> Never:
        """Refuse copy, deepcopy and pickle, which all begin here."""
        raise Uncleared("a clearance is not copied")

    def __repr__(self) -> str:
        return f"Clearance(proposal {self.decision.proposal_id}, entry {self.entry_id})"


def clear(decision: Decision, entry_id: str) -> Clearance:
    """Give leave for a decision that the ledger holds under `entry_id`. Raises Uncleared unless it says apply."""
    if decision.verdict is not Verdict.APPLY:
        raise Uncleared(f"the proposal {decision.proposal_id} is not cleared ({decision.verdict}): {decision.why}")
    if not entry_id:
        raise Uncleared("the decision is not in the ledger", fix="Append it first, and clear it under its entry's id.")
    return Clearance(_SEAL, decision, entry_id)
