"""Decisions of the gate, beside a bare look-up of a tier by field name, over a mix of a day's suggested changes.

The baseline is what a permission table does: the highest tier of the fields that a write sets, from a dictionary. It
knows no deal, no approval, no reason and no proof of what it decided; what is over that is what the gate is for. With
`--profile` it prints where the gate's time goes instead.
"""

import cProfile
import pstats
import sys
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from random import Random
from time import process_time
from typing import Any

from upbeat.base import digest
from upbeat.domain import Approval, Mode, Proposal, Record, Tier, Verb, Verdict
from upbeat.gate import Facts, decide
from upbeat.schema import standard
from upbeat.workflows import PLAYBOOKS, Policy, load

COUNT, ROUNDS, SEED = 2000, 5, 28
NOW = datetime(2026, 11, 16, 9, 30, tzinfo=UTC)
AUTHOR, MANAGER, BOTH = (f"{name}@acme.example" for name in ("priya.shah", "dana.whitfield", "rowan.ellis"))
DEAL = {"StageName": "Qualification", "ForecastCategory": "Pipeline", "IsWon": False}
SCHEMA = standard()

Asked = tuple[Proposal, Facts]
MIX: Sequence[tuple[int, str, Verb, str, Record, Record | None, tuple[str, str] | None]] = (
    # of a hundred | what | verb | object | what it sets | the deal it touches | who has signed, in which role
    (40, "a lead's owner", Verb.UPDATE, "Lead", {"OwnerId": "005000000000001AAA"}, None, None),
    (15, "a task", Verb.CREATE, "Task", {"Subject": "Call", "WhatId": "006000000000001AAA"}, None, None),
    (20, "three fields of a deal", Verb.UPDATE, "Opportunity",
     {"NextStep": "Call", "Description": "Quiet for 14 days", "LeadSource": "Web"}, DEAL, None),
    (10, "a deal's stage", Verb.UPDATE, "Opportunity", {"StageName": "Needs Analysis"}, DEAL, None),
    (10, "a deal's stage, signed", Verb.UPDATE, "Opportunity", {"StageName": "Needs Analysis"}, DEAL,
     (MANAGER, "sales_manager")),
    (3, "a price, signed", Verb.UPDATE, "Opportunity", {"Amount": 50_000}, DEAL, (BOTH, "revenue_manager")),
    (2, "a notice", Verb.SEND, "Email", {"To": MANAGER, "Subject": "Quiet", "Text": "It is quiet."}, None, None),
)  # fmt: skip


def main() -> None:
    """Check that what is timed is right, then time the mix, each kind of it, and a policy read for the first time."""
    policy = load(PLAYBOOKS).policy
    of_each = [[asked(*kind[2:], number=number) for number in range(COUNT)] for kind in MIX]
    mixed = mix(of_each)
    verdicts = [decide(proposal, policy, facts).verdict for proposal, facts in mixed]
    if Verdict.BLOCK in verdicts or set(verdicts) != {Verdict.APPLY, Verdict.REVIEW}:
        raise SystemExit("the mix is not decided as it is meant")
    if "--profile" in sys.argv:
        profile(mixed, policy)
        return
    table = fields_of(policy)
    bare = rate(mixed, lambda proposal, _: looked_up(proposal, table))
    print(f"{'bare look-up of a tier by field':<34}{bare:>12,.0f} a second    1.00 (baseline)")
    whole = rate(mixed, lambda proposal, facts: decide(proposal, policy, facts))
    print(f"{'the gate, the whole mix':<34}{whole:>12,.0f} decisions/s {bare / whole:>6.1f} times its time")
    for kind, some in zip(MIX, of_each, strict=True):
        alone = rate(some, lambda proposal, facts: decide(proposal, policy, facts))
        print(f"{f'  {kind[1]}':<34}{alone:>12,.0f} decisions/s")
    print(f"{'  the proof alone: a digest':<34}{rate(mixed, lambda proposal, _: digest(proposal)):>12,.0f} a second")
    print(f"{'a policy made ready':<34}{made_ready(mixed[0], policy):>12,.2f} ms, once")


def asked(
    verb: Verb, target: str, after: Record, deal: Record | None, signer: tuple[str, str] | None, *, number: int
) -> Asked:
    """Give one suggested change, with what the org says around it."""
    proposal = Proposal(
        id=f"p{number}", item_id=f"i{number}", workflow="stalled-deal", version="v1", step="flag", agent="inspector",
        verb=verb, object=target, record_id="" if verb in {Verb.CREATE, Verb.SEND} else PREFIX[target],
        before=dict.fromkeys(after), after=after, group=f"i{number}:flag", use="update_record",
        reasons=("No customer activity for 14 days", "StageName is Qualification", "Amount is 50,000"),
    )  # fmt: skip
    approvals: tuple[Approval, ...] = ()
    if signer is not None:
        approvals = (Approval("r1", *signer, at=NOW, proposal_digest=digest(proposal)),)
    colleagues = frozenset({MANAGER, BOTH})
    return proposal, Facts(
        schema=SCHEMA, mode=Mode.LIVE, author=AUTHOR, now=NOW, deal=deal, approvals=approvals, colleagues=colleagues
    )


PREFIX = {"Lead": "00Q000000000001AAA", "Opportunity": "006000000000001AAA"}


def mix(of_each: Sequence[Sequence[Asked]]) -> list[Asked]:
    """Give the kinds in their shares, in one order for every run."""
    random, weights = Random(SEED), [kind[0] for kind in MIX]
    return [random.choice(random.choices(of_each, weights)[0]) for _ in range(COUNT)]


def rate(some: Sequence[Asked], run: Callable[[Proposal, Facts], Any]) -> float:
    """Give how many a second: the best of the rounds."""
    best = float("inf")
    for _ in range(ROUNDS):
        began = process_time()
        for proposal, facts in some:
            run(proposal, facts)
        best = min(best, process_time() - began)
    return len(some) / best


def fields_of(policy: Policy) -> dict[tuple[str, str], Tier]:
    """Give the table of the baseline: the tier of each field that the mix sets, as the gate finds it."""
    named: dict[tuple[str, str], Tier] = {}
    for _, _, verb, target, after, deal, _ in MIX:
        for name, value in after.items():
            proposal, facts = asked(verb, target, {name: value}, deal, None, number=0)
            named[target, name] = decide(proposal, policy, facts).tier
    return named


def looked_up(proposal: Proposal, table: dict[tuple[str, str], Tier]) -> Tier:
    """Decide as a permission table does."""
    highest = Tier.AUTO
    for name in proposal.after:
        tier = table[proposal.object, name]
        if tier.rank > highest.rank:
            highest = tier
    return highest


def made_ready(one: Asked, policy: Policy) -> float:
    """Give the milliseconds of a decision by a policy that was never asked before."""
    best = float("inf")
    for _ in range(ROUNDS * 10):
        fresh = policy.model_copy()
        began = process_time()
        decide(one[0], fresh, one[1])
        best = min(best, process_time() - began)
    return best * 1e3


def profile(mixed: Sequence[Asked], policy: Policy) -> None:
    """Print where the time goes."""
    watch = cProfile.Profile()
    watch.enable()
    rate(mixed, lambda proposal, facts: decide(proposal, policy, facts))
    watch.disable()
    pstats.Stats(watch).sort_stats("tottime").print_stats(30)


if __name__ == "__main__":
    main()
