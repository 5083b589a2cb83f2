"""Who writes which field: a table of evidence, and no judgement."""

import re
from collections.abc import Iterator
from typing import Any, Final

from upbeat.foundation.checks import Check, Look
from upbeat.foundation.deals import MOST_GROUPS
from upbeat.foundation.findings import Exhibit, Found, Unseen
from upbeat.foundation.ground import Ground
from upbeat.foundation.questions import Answer, Question, Way
from upbeat.foundation.spans import MONTH, QUARTER, since
from upbeat.foundation.tool_evidence import UPBEAT, Actor, Evidence, How, gather

_MANY: Final = 1_000  # records that nobody changes by hand in the nights of a quarter
_ALL_HOURS: Final = 20  # of 24, in which a person who sleeps changes no records
_NAMED_SO: Final = re.compile(r"(?<![a-z])(api|automation|bot|connector|integrations?|sync|system)(?![a-z])")
_FEW: Final = 3  # applications that stand in a cell


def _look(ground: Ground) -> Look:
    evidence = yield from gather(ground)
    logins, unseen = dict[str, list[str]](), tuple[Unseen, ...]()
    if "LoginHistory" in ground.objects:
        [answer] = yield (_logins(ground),)
        logins, unseen = _applications(answer)
    return Found(
        unseen=(*evidence.unseen, *unseen),
        exhibits=(_users(evidence, logins), _fields(evidence)),
    )


def _logins(ground: Ground) -> Question:
    text = (
        f"SELECT UserId, Application, COUNT(Id) n FROM LoginHistory WHERE LoginTime >= {since(ground, MONTH)} "  # noqa: S608  a name of Salesforce's
        f"GROUP BY UserId, Application ORDER BY COUNT(Id) DESC LIMIT {MOST_GROUPS}"
    )
    return Question(Way.QUERY, text, rows=MOST_GROUPS)


def _applications(answer: Answer) -> tuple[dict[str, list[str]], tuple[Unseen, ...]]:
    """Give by user the applications they came in with, most used first.

    Without Manage Users the org shows a user their own log-ins alone (Object Reference, LoginHistory).
    """
    found: dict[str, list[str]] = {}
    for row in answer.rows:
        found.setdefault(row["UserId"], []).append(row["Application"] or "unnamed")
    why = answer.denied or ("" if len(found) > 1 else "without Manage Users only one's own log-ins are shown")
    return found, (Unseen("LoginHistory", "Application", why),) if why else ()


def _users(evidence: Evidence, logins: dict[str, list[str]]) -> Exhibit:
    def rows() -> Iterator[tuple[Any, ...]]:
        for actor in evidence.actors.values():
            mine = [one for one in evidence.written if one.user == actor.id]
            if mine:
                made = sum(one.count for one in mine if one.how is How.CREATED)
                last = sum(one.count for one in mine if one.how is How.LAST)
                objects = ", ".join(dict.fromkeys(one.object for one in mine))
                yield (
                    actor.name,
                    made,
                    last,
                    objects,
                    shows(actor, evidence),
                    "; ".join(logins.get(actor.id, ())[:_FEW]),
                )

    return Exhibit(
        "writers",
        "Who writes to the org",
        f"Records that each user created, and that they were the last to change, in {QUARTER} days; a tool only where "
        "something shows it.",
        ("User", "Created", "Changed last", "Objects", "Shown to be a tool by", "Logs in with"),
        tuple(sorted(rows(), key=lambda row: (-row[1] - row[2], row[0]))),
    )


def shows(actor: Actor, evidence: Evidence) -> str:
    """Say what shows that a user is a tool; what only suggests it is said so."""
    if actor.tool == UPBEAT:
        return "a connection of Upbeat's own acts as it"
    if actor.why:
        return "; ".join(actor.why)
    night, hours = evidence.nights.get(actor.id, 0), evidence.hours.get(actor.id, 0)
    signs = [f"{night:,} records changed last between 22:00 and 06:00"] if night >= _MANY else []
    signs += [f"changes in {hours} of the 24 hours of the day"] if hours >= _ALL_HOURS else []
    signs += ["a name as tools have it"] if _NAMED_SO.search(f"{actor.username} {actor.name}".casefold()) else []
    return f"not shown; {', '.join(signs)} suggest{'s' if len(signs) == 1 else ''} it" if signs else ""


def _fields(evidence: Evidence) -> Exhibit:
    rows = [
        (f"{one.object}.{one.field}", evidence.actors[one.user].name, one.count, evidence.actors[one.user].tool)
        for one in evidence.written
        if one.how is How.FIELD
    ]
    return Exhibit(
        "field-writers",
        "Who changes which field",
        f"Records on which field history tells that a user changed the field in {QUARTER} days; a field that is not "
        "tracked is not told of.",
        ("Field", "User", "Records", "Tool"),
        tuple(sorted(rows, key=lambda row: (row[0], -row[2], row[1]))),
    )


WRITERS = Check("writers", "Who writes which field", _look, lambda ground: int("LoginHistory" in ground.objects))
CHECKS = (WRITERS,)
