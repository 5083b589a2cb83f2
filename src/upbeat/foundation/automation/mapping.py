"""The map of an org's automations: what fires at which moment of a save, and what fires when which field changes."""

from collections.abc import Iterable
from typing import Final

from upbeat.foundation.automation.values import Automation, Inventory, Kind, in_order
from upbeat.foundation.findings import Exhibit

_SOURCE: Final = (
    "In the order in which Salesforce saves a record (Apex Developer Guide, Triggers and Order of Execution); two "
    "triggers of one moment have no order, nor have two flows without a trigger order."
)
_WITH_CONDITION: Final = frozenset({Kind.FLOW, Kind.PROCESS, Kind.WORKFLOW_RULE})
_MAP: Final = ("object", "moment", "kind", "name", "on", "when", "reads", "sets", "order", "note")
_CHANGES: Final = ("field", "what fires", "moment", "on", "sets")


def exhibits(inventory: Inventory) -> tuple[Exhibit, ...]:
    """Give the map, what fires by field, and what of the org was not read; none of an org without automations."""
    found: list[Exhibit] = []
    rows = [_mapped(one) for target in _objects(inventory) for one in inventory.of(target)]
    rows += [_mapped(one) for one in in_order(one for one in inventory.automations if not one.object)]
    if rows:
        says = f"{len(rows):,} automations are switched on. {_SOURCE}"
        found.append(Exhibit("automation-map", "What fires when a record is saved", says, _MAP, rows))
    if changes := list(_by_field(inventory)):
        says = "For each field: what runs on its change, or reads it before it runs, and what that sets."
        found.append(Exhibit("fires-when", "What fires when which field changes", says, _CHANGES, changes))
    if rest := [*inventory.elsewhere, *(one for one in inventory.unread if one.names)]:
        found.append(_elsewhere(inventory, len(rest)))
    return tuple(found)


def _objects(inventory: Inventory) -> tuple[str, ...]:
    """Give the objects that were asked for, and then those on which something else was found to run."""
    return tuple(dict.fromkeys([*inventory.objects, *(one.object for one in inventory.automations if one.object)]))


def _mapped(one: Automation) -> tuple[object, ...]:
    moments = ", ".join(f"{moment.value} {moment.words}" if moment else moment.words for moment in one.moments)
    partly = one.kind in _WITH_CONDITION and not one.whole and not one.unseen
    notes = [one.unseen, "its condition is not all told" if partly else ""]
    notes += [f"of the package {one.package}" if one.package else ""]
    return (
        one.object,
        moments,
        str(one.kind),
        one.name,
        one.on,
        " ".join(one.when.split()),
        ", ".join(one.reads),
        ", ".join(_set(one)),
        one.order,
        "; ".join(filter(None, notes)),
    )


def _set(one: Automation) -> Iterable[str]:
    for setting in one.sets:
        name = setting.field if setting.object == one.object else setting.path
        yield name if setting.value is None else f"{name} = {setting.value}"


def _by_field(inventory: Inventory) -> Iterable[tuple[object, ...]]:
    for target in _objects(inventory):
        readers: dict[str, list[Automation]] = {}
        spelt: dict[str, str] = {}
        for one in inventory.of(target):
            for name in one.reacts or one.reads:
                key = name.casefold()
                spelt.setdefault(key, name)
                readers.setdefault(key, []).append(one)
        for key in sorted(readers):
            for one in dict.fromkeys(readers[key]):
                moment = ", ".join(each.words for each in one.moments)
                yield f"{target}.{spelt[key]}", one.key, moment, one.on, ", ".join(_set(one))


def _elsewhere(inventory: Inventory, number: int) -> Exhibit:
    counted: dict[tuple[str, str], list[str]] = {}
    for one in inventory.elsewhere:
        counted.setdefault((one.object, str(one.kind)), []).append(one.name)
    for rest in inventory.unread:
        if rest.names:
            counted.setdefault((rest.object, str(rest.kind)), []).extend(rest.names)
    rows = [(target, kind, len(names), ", ".join(sorted(names))) for (target, kind), names in sorted(counted.items())]
    says = f"{number:,} automations are counted and named, and what they do was not read."
    return Exhibit(
        "automations-elsewhere", "Automations that were not read", says, ("object", "kind", "count", "names"), rows
    )
