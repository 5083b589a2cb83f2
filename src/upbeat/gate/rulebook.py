"""A policy made ready to be asked: each effect's rules, each role's people, each function's floor of confidence.

One policy decides many thousands of proposals, so it is made ready once. It knows its own version, which every decision
names.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from upbeat.domain import Effect, Tier
from upbeat.workflows import Policy, Rule, content_of, version_of


@dataclass(frozen=True, slots=True)
class Line:
    """One rule: whom it asks, how sure it wants a suggestion to be, and `words`, its own why, owner and scope."""

    rule: Rule
    name: str
    tier: Tier
    roles: tuple[str, ...]
    confidence: float
    scoped: bool
    words: str


@dataclass(frozen=True, slots=True)
class Rulebook:
    """A policy, ready: `lines` by effect, an effect's own rule first; `holders` by role, in small letters."""

    policy: Policy
    version: str
    lines: Mapping[Effect, tuple[Line, ...]]
    holders: Mapping[str, frozenset[str]]
    confidence: Mapping[str, float]

    def holds(self, person: str, role: str) -> bool:
        """Whether a username, in small letters, holds a role."""
        return person in self.holders.get(role, ())


def rulebook(policy: Policy) -> Rulebook:
    """Give a policy ready to be asked. The one that was asked for last is kept, and recognised by being itself."""
    global _last  # noqa: PLW0603  one slot: an engine decides by one policy, thousands of times in a row
    kept = _last
    if kept is None or kept.policy is not policy:
        kept = _last = _made(policy)
    return kept


_last: Rulebook | None = None


def _made(policy: Policy) -> Rulebook:
    lines: dict[Effect, list[Line]] = {}
    for one in sorted(policy.rules, key=lambda rule: rule.scoped):
        lines.setdefault(one.effect, []).append(_line(one))
    return Rulebook(
        policy=policy,
        version=version_of(content_of(policy)),
        lines={effect: tuple(found) for effect, found in lines.items()},
        holders={role: frozenset(one.casefold() for one in people) for role, people in policy.roles.items()},
        confidence={name: float(floor) for name, floor in policy.confidence.by.items()},
    )


def _line(rule: Rule) -> Line:
    return Line(
        rule=rule,
        name=f"{rule.effect}{rule.scope}",
        tier=rule.tier,
        roles=rule.roles,
        confidence=float(rule.confidence),
        scoped=rule.scoped,
        words=f"{rule.why.removesuffix('.')} (rule{rule.scope} of {rule.owner}, applies {rule.applies})",
    )
