"""The switch on every page: all writes stop at once, and go on when a person lets them."""

from upbeat.console.area import Area, Body, Done, Nothing
from upbeat.console.asked import Asked
from upbeat.console.permissions import Permission
from upbeat.operations import resume, stop

area = Area("stop")


class Why(Body):
    """Why all writes stop."""

    why: str = ""


@area.action("/stop", needs=Permission.STOP, back="/")
def stop_all(asked: Asked, body: Why) -> Done:
    """Stop every write and message now."""
    standing = stop(asked.house, asked.by, body.why or "stopped in the console")
    return Done(f"All writes are stopped, by {standing.by}. Nothing leaves until a person lets it.")


@area.action("/resume", needs=Permission.STOP, back="/", by_person=True)
def let_go_on(asked: Asked, _body: Nothing) -> Done:
    """Let writes go on; policy.yaml says who may."""
    resume(asked.house, asked.by)
    return Done("Writes go on.")
