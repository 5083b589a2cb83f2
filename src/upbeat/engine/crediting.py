"""What becomes of the turn that somebody took with a record when its step runs again: given back, credited, counted."""

from dataclasses import replace

from upbeat.engine.desk import Desk
from upbeat.engine.items import Work
from upbeat.workflows import Step


def without_turn(desk: Desk, step: Step, work: Work) -> Work:
    """Give back the turn that an item took when this step ran before: it is assigned anew."""
    turns = dict(work.progress.turns)
    turn = turns.pop(step.name, None)
    if turn is None:
        return work
    reroute = work.progress.reroute
    if reroute is not None and reroute.ask:  # a bad record: the pool chooses nobody, so the turn is the owner's
        reroute = replace(reroute, credited=desk.credit(work.mode, turn))
    else:
        desk.give_back(work.mode, turn)
    return replace(work, progress=replace(work.progress, turns=turns, reroute=reroute))


def stays(step: Step, work: Work) -> bool:
    """Whether a record that was to go on stays with who has it, by the word of whoever was asked."""
    said = work.progress.results.get(step.name, {})
    return work.progress.reroute is not None and bool(said.get("owner")) and not said.get("left_alone")


def charge(desk: Desk, step: Step, work: Work) -> Work:
    """Let the turn count after all that the owner of a record had again for it: the record stays with them."""
    progress, reroute = work.progress, work.progress.reroute
    turn = None if reroute is None else reroute.credited
    if reroute is None or turn is None or turn.user != progress.results[step.name]["owner"]:
        return work
    desk.give_back(work.mode, turn._replace(units=-turn.units))  # their caps have counted it already
    turns = {**progress.turns, step.name: turn}
    return replace(work, progress=replace(progress, turns=turns, reroute=replace(reroute, credited=None)))
