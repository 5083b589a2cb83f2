"""What must hold of tools.yaml: that it names what there is, and that no field has two owners."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from upbeat.base import Place, nearest
from upbeat.base.files import Problem, Severity
from upbeat.schema import Schema, SchemaError
from upbeat.workflows.catalogue import Person
from upbeat.workflows.tool_register import Tool, ToolRegister

MADE_BY_EACH: Final = frozenset({"EmailMessage", "EmailMessageRelation", "EventRelation", "Task"})
"""Objects of which every tool makes records of its own: two that write there do not write over each other."""

Writes = Iterable[tuple[str, str, Place]]
"""What workflows write to records that exist: object, field, and where a file says so."""


def check_tools(tools: ToolRegister, schema: Schema, people: Mapping[str, Person], writes: Writes) -> Iterator[Problem]:
    """Give everything wrong with tools.yaml; `people` are the org's users by what they are known by."""
    for key, tool in tools.tools.items():
        yield from _names(key, tool, tools, schema)
        yield from _users(key, tool, tools, people)
        yield from _direction(key, tool, tools)
    yield from _owners(tools, writes)


def _names(key: str, tool: Tool, tools: ToolRegister, schema: Schema) -> Iterator[Problem]:
    """Every object and field is one that the org has."""
    for index, one in enumerate(tool.writes):
        at = ("tools", key, "writes", index)
        if not schema.has(one.object):
            close = nearest(one.object, schema.objects)
            fix = f"Did you mean {close}?" if close else ""
            yield Problem(tools.place(*at, "object"), f"the org has no object {one.object}", fix)
            continue
        for place, field in enumerate(one.fields):
            yield from _field(schema, one.object, field, tools.place(*at, "fields", place))
    for name, path in (("account", tool.ids.account), ("contact", tool.ids.contact)):
        if path:
            owner, _, field = path.partition(".")
            yield from _field(schema, owner, field, tools.place("tools", key, "ids", name))


def _field(schema: Schema, name: str, field: str, place: Place) -> Iterator[Problem]:
    try:
        schema.object(name).field(field)
    except SchemaError as error:
        yield Problem(place, error.what, error.fix)


def _users(key: str, tool: Tool, tools: ToolRegister, people: Mapping[str, Person]) -> Iterator[Problem]:
    """Whom it acts as is a user of the org."""
    for index, name in enumerate(tool.users):
        place, person = tools.place("tools", key, "users", index), people.get(name.casefold())
        if person is None:
            known = {one.username.partition("@")[0]: one.username for one in people.values()}
            close = known.get(nearest(name.partition("@")[0], known), "")
            fix = f"Did you mean {close}?" if close else "Name the user that the tool acts as, by username."
            yield Problem(place, f"the org has no user {name}", fix, Severity.ADVICE)
        elif not person.active:
            what = f"{name} is no longer an active user: {tool.title} does not get in"
            yield Problem(place, what, "Remove the tool, or name the user that it acts as now.", Severity.ADVICE)


def _direction(key: str, tool: Tool, tools: ToolRegister) -> Iterator[Problem]:
    """It is said whether it writes, and as whom."""
    if not tool.reads_only and not tool.writes:
        what = f"it is not said what {tool.title} writes, nor that it only reads"
        fix = "List what it writes under 'writes', or add 'reads_only: true'."
        yield Problem(tools.place("tools", key), what, fix, Severity.ADVICE)
    if tool.writes and not tool.users:
        what = f"it is not said whom {tool.title} acts as: what it writes cannot be told from what others do"
        yield Problem(tools.place("tools", key), what, "Name its users under 'users'.", Severity.ADVICE)


def _owners(tools: ToolRegister, writes: Writes) -> Iterator[Problem]:
    """No field is written by two: each would undo the other."""
    first: dict[tuple[str, str], tuple[str, Place]] = {}
    for key, tool in tools.tools.items():
        for index, one in enumerate(tool.writes):
            for at, field in enumerate(one.fields):
                place = tools.place("tools", key, "writes", index, "fields", at)
                title, there = first.setdefault((one.object, field), (tool.title, place))
                if title != tool.title and one.object not in MADE_BY_EACH:
                    what = f"{one.object}.{field} is written by {title} too (line {there.line})"
                    yield Problem(place, what, "Let one tool own the field.", Severity.ADVICE)
    for name, field, place in writes:
        if (name, field) in first:
            title, there = first[name, field]
            what = f"{name}.{field} is written by {title} too ({there.file}:{there.line})"
            yield Problem(place, what, "Let one of the two own the field, or write another field.")
