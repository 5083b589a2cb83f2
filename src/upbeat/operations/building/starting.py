"""How a workflow begins: from an empty page, with all that can be known already filled in."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from upbeat.base import nearest
from upbeat.base.files import Plain
from upbeat.operations.building.committing import commit
from upbeat.operations.building.drafts import Values, WorkflowDraft, as_builder, begin
from upbeat.operations.building.offering import objects
from upbeat.operations.building.parts import is_name, word_of
from upbeat.operations.house import House, Refused
from upbeat.workflows import Template

_MORNING = "weekdays at 07:00"


def begin_empty(
    house: House, title: str, problem: str, target: str, start: str, by: str, *, name: str = ""
) -> WorkflowDraft:
    """Begin a workflow about an object, with no condition and no step yet; its name is made of the title, or given.

    Raises Refused for a name that is taken or cannot be, and for an object that the org does not have.
    """
    if not title.strip():
        raise Refused("a workflow needs a title", fix="Say in one line what it does.")
    name = name or word_of(title)
    if not name:
        raise Refused("no name can be made of this title", fix="Write one below: small letters, digits, hyphens.")
    if not is_name(name):
        raise Refused(f"a workflow cannot be called {name}", fix="Use small letters, digits, hyphens; a letter first.")
    offered = [one.value for one in objects(house)]
    if target not in offered:
        close = nearest(target, offered)
        fix = f"Did you mean {close}?" if close else "Choose one of those offered."
        raise Refused(f"the org has no object {target} that can be changed", fix=fix)
    return begin(house, name, _values(house, name, title, problem, target, start, by), by)


def take_template(house: House, template: Template, by: str, add: Callable[[Path, Template, str], list[str]]) -> str:
    """Take a template's files in by `add`, and commit them where the folder is a repository; say what came of it."""
    builder = as_builder(house, by)
    files = add(house.folder, template, builder)
    told = commit(house.folder, files, house.person(builder), f"Take in {template.name}") if files else ""
    return f"{len(files)} files are in your folder. Nothing runs until you publish it. {told}".strip()


def _values(house: House, name: str, title: str, problem: str, target: str, start: str, by: str) -> Values:
    trigger: dict[str, Any] = {"start": Plain(start)}
    trigger |= {"every": Plain(_MORNING)} if start == "schedule" else {}
    of_people = house.get_schema().has(target) and house.get_schema().object(target).has("OwnerId")
    to = "{!$Record.Owner.ManagerId}" if of_people else by
    return {
        "workflow": Plain(name),
        "title": Plain(title.strip()),
        "function": Plain("ae"),
        "family": Plain("hygiene"),
        "owner": Plain(by),
        "problem": Plain(problem.strip()),
        "metric": Plain(name.replace("-", "_")),
        "mode": Plain("monitor"),
        "rollback": Plain("automatic"),
        "limits": {"per_hour": 200, "per_day": 1000},
        "trigger": trigger | {"object": Plain(target)},
        "outcomes": {"waiting": {"due": Plain("2 days"), "then": Plain("escalate"), "to": Plain(to)}},
    }
