"""An org's automations as the Tooling API tells of them, for the checks that read them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from tests.unit.foundation.talk import Told

Row = Mapping[str, Any]

LISTS = (
    "ValidationRule", "FlowDefinitionView", "ApexTrigger", "WorkflowRule", "WorkflowFieldUpdate", "AssignmentRule",
    "DuplicateRule",
)  # fmt: skip


def flow(trigger: str = "RecordAfterSave", on: str = "Opportunity", to: str = "Update", **more: Any) -> Row:
    """Give a flow's metadata: `sets` are fields of its record, `when` its entry condition."""
    sets, when, updates = more.pop("sets", {}), more.pop("when", ""), more.pop("updates", {})
    start = {"object": on, "triggerType": trigger, "recordTriggerType": to, "filterFormula": when or None}
    elements = [{"inputReference": "$Record", "inputAssignments": _assigned(sets)}]
    elements += [{"object": target, "inputAssignments": _assigned(some)} for target, some in updates.items()]
    return {"start": start, "recordUpdates": elements, **more}


def _assigned(sets: Mapping[str, str | None]) -> list[Row]:
    return [{"field": name, "value": None if to is None else {"stringValue": to}} for name, to in sets.items()]


@dataclass
class Automated:
    """What an admin has made: rules by name with their formula, flows with their metadata, the rest as rows."""

    rules: Mapping[str, str] = field(default_factory=dict[str, str])
    flows: Mapping[str, Row] = field(default_factory=dict[str, Row])
    triggers: Sequence[Row] = ()
    workflow_rules: Mapping[str, Row] = field(default_factory=dict[str, Row])
    updates: Mapping[str, Row] = field(default_factory=dict[str, Row])
    described: Mapping[str, str] = field(default_factory=dict[str, str])
    order: Mapping[str, int] = field(default_factory=dict[str, int])
    on: str = "Opportunity"

    def told(self, **more: int | str | Sequence[Row]) -> Told:
        """Give the answers, `more` of them by a part of the question."""
        usual = {"NamespacePrefix": None, "LastModifiedById": "005000000000001AAA", "LastModifiedBy": None}
        parts: dict[str, Row] = {}
        rules = [
            usual | {"Id": f"03d{n}", "ValidationName": name, "Active": True, "EntityDefinition": self._entity()}
            | {"Description": self.described.get(name)}
            for n, name in enumerate(self.rules)
        ]  # fmt: skip
        for row, formula in zip(rules, self.rules.values(), strict=True):
            parts[f"ValidationRule/{row['Id']}"] = {"errorConditionFormula": formula}
        flows = [
            usual | {"ApiName": name, "Description": self.described.get(name), "TriggerOrder": self.order.get(name)}
            | {"ActiveVersionId": f"301{n}", "ProcessType": one.get("processType", "AutoLaunchedFlow")}
            | {"TriggerType": one["start"]["triggerType"], "RecordTriggerType": one["start"]["recordTriggerType"]}
            | {"TriggerObjectOrEventId": one["start"]["object"]}
            for n, (name, one) in enumerate(self.flows.items())
        ]  # fmt: skip
        for row, told in zip(flows, self.flows.values(), strict=True):
            parts[f"Flow/{row['ActiveVersionId']}"] = told
        rows = [
            usual | {"Id": f"01Q{n}", "Name": name, "TableEnumOrId": self.on}
            for n, name in enumerate(self.workflow_rules)
        ]
        for row, told in zip(rows, self.workflow_rules.values(), strict=True):
            parts[f"WorkflowRule/{row['Id']}"] = told
        updates = [{"Id": f"04Y{n}", "SourceTableEnumOrId": self.on} for n, _ in enumerate(self.updates)]
        named = {f"04Y{n}": f"{self.on}.{name}" for n, name in enumerate(self.updates)}
        for row, told in zip(updates, self.updates.values(), strict=True):
            parts[f"WorkflowFieldUpdate/{row['Id']}"] = told
        triggers = [usual | {"Id": f"01q{n}", "TableEnumOrId": self.on} | one for n, one in enumerate(self.triggers)]
        components = [
            {"address": key, "refused": "", "Metadata": told, "FullName": named.get(key.partition("/")[2], key)}
            for key, told in parts.items()
        ]
        lists: Mapping[str, Sequence[Row]] = dict(
            zip(LISTS, (rules, flows, triggers, rows, updates, (), ()), strict=True)
        )
        asked = {f"FROM {name}": found for name, found in lists.items()}
        return {**more, **asked, "/": components}

    def _entity(self) -> Row:
        return {"QualifiedApiName": self.on}
