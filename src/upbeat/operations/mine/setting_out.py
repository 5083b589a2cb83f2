"""What a house still needs before it does anything for anybody: a list that is done, and then gone."""

from dataclasses import dataclass

from sqlalchemy import select

from upbeat.domain import Mode
from upbeat.engine import published
from upbeat.operations.auditing import keeping
from upbeat.operations.house import House
from upbeat.store import tables


@dataclass(frozen=True, slots=True)
class ToSetUp:
    """One thing to set up: what it brings, where that is done, and whether it is.

    `page` is of the console; `command` is what is typed where no page does it.
    """

    title: str
    why: str
    done: bool
    page: str = ""
    command: str = ""


def to_set_up(house: House) -> tuple[ToSetUp, ...]:
    """Give everything, in the order in which it is done. Asks nothing of the org."""
    with house.store.reading() as conn:
        modes = published.modes(conn)
        audited = keeping.last_kept(conn) is not None
        ran = conn.scalar(select(tables.items.c.seq).limit(1)) is not None
    return (
        ToSetUp(
            "Audit the foundation",
            "Which fields and habits of the org a workflow may rest on, and what each failure would do.",
            audited,
            page="/foundation",
        ),
        ToSetUp(
            "Put a workflow into monitor",
            "It watches and writes nothing: you see what it would have done.",
            bool(modes),
            page="/workflows",
        ),
        ToSetUp(
            "Run the engine",
            "It reads the org's changes and carries on what people decided.",
            ran or house.engine_runs,
            command="upbeat run",
        ),
        ToSetUp(
            "Say who decides",
            "Who may approve what stands in policy.yaml, by role.",
            any(house.policy.roles.values()),
            page="/settings/users",
        ),
        ToSetUp(
            "Reach people",
            "Requests arrive in Slack or by mail, with a link to the very item.",
            bool(house.told_by),
            command="upbeat slack connect",
        ),
        ToSetUp(
            "Let a user of its own write",
            "Nothing is written before this, and then only what was cleared.",
            house.writes,
            command="upbeat org connect --writing",
        ),
        ToSetUp(
            "Take a workflow live",
            "Two people agree on what monitor saw.",
            Mode.LIVE in modes.values(),
            page="/workflows",
        ),
    )
