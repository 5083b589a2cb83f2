"""The one reading of an org's automations, as a conversation: lists of the whole org, then what each one does.

Lists cost one call each. What a component does stands in its metadata, which is read 25 components in a call, those of
the objects named first before the others.
"""

from collections.abc import Generator, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final, cast

from upbeat.foundation.automation.flows import PROCESSES, of_flow
from upbeat.foundation.automation.rules import USAGES, of_trigger, of_validation, of_workflow_rule
from upbeat.foundation.automation.values import Automation, Inventory, Kind, Moment, Setting, Unread
from upbeat.foundation.questions import Answer, Question, Row, Way

Reading = Generator[Sequence[Question], Sequence[Answer], Inventory]

AT_ONCE: Final = 25
"""Components that one call reads (Tooling API guide, Composite Resource)."""
MOST_COMPONENTS: Final = 300
"""Components whose metadata one reading asks for; the others are named as not read."""

_LISTS: Final = {
    "ValidationRule": Question(
        Way.TOOLING,
        "SELECT Id, ValidationName, Active, Description, NamespacePrefix, LastModifiedById, "
        "EntityDefinition.QualifiedApiName FROM ValidationRule",
    ),
    "Flow": Question(
        Way.QUERY,
        "SELECT ApiName, Description, ProcessType, TriggerType, RecordTriggerType, TriggerObjectOrEventId, "
        "TriggerOrder, ActiveVersionId, NamespacePrefix, LastModifiedBy FROM FlowDefinitionView WHERE IsActive = true",
    ),
    "ApexTrigger": Question(
        Way.TOOLING,
        f"SELECT Id, Name, TableEnumOrId, Body, NamespacePrefix, LastModifiedById, {', '.join(USAGES)} "  # noqa: S608
        "FROM ApexTrigger WHERE Status = 'Active'",
    ),
    "WorkflowRule": Question(
        Way.TOOLING, "SELECT Id, Name, TableEnumOrId, NamespacePrefix, LastModifiedById FROM WorkflowRule"
    ),
    "WorkflowFieldUpdate": Question(Way.TOOLING, "SELECT Id, SourceTableEnumOrId FROM WorkflowFieldUpdate"),
    "AssignmentRule": Question(Way.QUERY, "SELECT Id, Name, SobjectType FROM AssignmentRule WHERE Active = true"),
    "DuplicateRule": Question(
        Way.QUERY, "SELECT Id, DeveloperName, SobjectType FROM DuplicateRule WHERE IsActive = true"
    ),
}
_MOMENTS: Final = {
    Kind.VALIDATION_RULE: Moment.VALIDATION,
    Kind.WORKFLOW_RULE: Moment.WORKFLOW,
    Kind.PROCESS: Moment.PROCESS,
    Kind.FLOW: Moment.AFTER_FLOW,
}
"""When one runs whose metadata was refused, as far as its kind says."""
_AUTOLAUNCHED: Final = "AutoLaunchedFlow"  # started by a record, a schedule or another automation, and not by a person
_ELSEWHERE: Final = "it is on an object that was not read"
_KINDS: Final = {
    "ValidationRule": Kind.VALIDATION_RULE,
    "Flow": Kind.FLOW,
    "ApexTrigger": Kind.TRIGGER,
    "WorkflowRule": Kind.WORKFLOW_RULE,
    "WorkflowFieldUpdate": Kind.WORKFLOW_RULE,
    "AssignmentRule": Kind.ASSIGNMENT_RULE,
    "DuplicateRule": Kind.DUPLICATE_RULE,
}


def read_automations(targets: Sequence[str], most: int = MOST_COMPONENTS) -> Reading:
    """Give what fires when records of these objects are saved, the first of them the most wanted.

    Flows that no record starts are given too, by their row alone. Asks seven questions at first, one more where a
    target is a custom object, and then one for every 25 components, at most `most` of them.
    """
    custom = [name for name in targets if "__" in name]
    ids = [_entities(custom)] if custom else []
    told = yield (*_LISTS.values(), *ids)
    lists = dict(zip(_LISTS, told, strict=False))
    gathering = _Gathering(tuple(targets), _names(told[len(_LISTS) :]), lists)
    wanted = list(gathering.wanted())
    asked, left = wanted[:most], wanted[most:]
    batches = [asked[start : start + AT_ONCE] for start in range(0, len(asked), AT_ONCE)]
    answers = (
        (yield [Question(Way.COMPONENTS, " ".join(one.address for one in some)) for some in batches]) if batches else ()
    )
    return gathering.inventory(_components(batches, answers), left)


def first_calls(most: int = MOST_COMPONENTS) -> int:
    """Give the most calls that a reading takes after its lists."""
    return -(-most // AT_ONCE)


def _entities(names: Sequence[str]) -> Question:
    listed = ", ".join(f"'{name}'" for name in names)
    text = f"SELECT QualifiedApiName, DurableId FROM EntityDefinition WHERE QualifiedApiName IN ({listed})"  # noqa: S608
    return Question(Way.TOOLING, text)


def _names(told: Sequence[Answer]) -> dict[str, str]:
    return {str(row["DurableId"]): str(row["QualifiedApiName"]) for one in told for row in one.rows}


@dataclass(frozen=True, slots=True)
class _Wanted:
    """A component whose metadata is to be read: its address, its object where its row says it, its row."""

    address: str
    kind: Kind
    name: str
    object: str
    row: Row


_Told = dict[str, tuple[Row, str]]  # address → its record, and why there is none


def _components(batches: Sequence[Sequence[_Wanted]], answers: Sequence[Answer]) -> _Told:
    found: _Told = {}
    for some, answer in zip(batches, answers, strict=True):
        rows = {str(row["address"]): row for row in answer.rows}
        for one in some:
            row = rows.get(one.address, {})
            found[one.address] = (row, answer.denied or str(row.get("refused") or ""))
    return found


@dataclass(frozen=True)
class _Gathering:
    targets: tuple[str, ...]
    ids: Mapping[str, str]
    lists: Mapping[str, Answer]
    rows: dict[str, tuple[Row, ...]] = field(default_factory=dict[str, tuple[Row, ...]])

    def __post_init__(self) -> None:
        for name, answer in self.lists.items():
            self.rows[name] = tuple(answer.rows)

    def named(self, key: object) -> str:
        """Give an object's name from what the Tooling API knows it by: its name, or a custom one's id."""
        return self.ids.get(str(key), str(key or ""))

    def wanted(self) -> Iterator[_Wanted]:
        """Give the components to read, those of the first target first."""
        found = [
            *(
                _Wanted(f"ValidationRule/{row['Id']}", Kind.VALIDATION_RULE, row["ValidationName"], _entity(row), row)
                for row in self.rows["ValidationRule"]
                if row["Active"]
            ),
            *self._flows(),
            *(
                _Wanted(
                    f"WorkflowRule/{row['Id']}", Kind.WORKFLOW_RULE, row["Name"], self.named(row["TableEnumOrId"]), row
                )
                for row in self.rows["WorkflowRule"]
            ),
            *(
                _Wanted(
                    f"WorkflowFieldUpdate/{row['Id']}",
                    Kind.WORKFLOW_RULE,
                    "",
                    self.named(row["SourceTableEnumOrId"]),
                    row,
                )
                for row in self.rows["WorkflowFieldUpdate"]
            ),
        ]
        place = {name: number for number, name in enumerate(self.targets)}
        mine = [one for one in found if one.object in place or not one.object]
        yield from sorted(mine, key=lambda one: place.get(one.object, len(place)))

    def _flows(self) -> Iterator[_Wanted]:
        for row in self.rows["Flow"]:
            if row["ActiveVersionId"] and row["ProcessType"] in {*PROCESSES, _AUTOLAUNCHED}:
                by_record = str(row["TriggerType"] or "").startswith("Record")
                target = self.named(row["TriggerObjectOrEventId"]) if by_record else ""
                kind = Kind.PROCESS if row["ProcessType"] in PROCESSES else Kind.FLOW
                yield _Wanted(f"Flow/{row['ActiveVersionId']}", kind, row["ApiName"], target, row)

    def inventory(self, told: _Told, left: Sequence[_Wanted]) -> Inventory:
        unread = [Unread(_KINDS[name], answer.denied) for name, answer in self.lists.items() if answer.denied]
        rest: dict[Kind, list[str]] = {}
        for one in left:
            rest.setdefault(one.kind, []).append(one.name)
        unread += [
            Unread(kind, f"{len(names)} are not read: the reading ends at {MOST_COMPONENTS}", names=tuple(names))
            for kind, names in rest.items()
        ]
        found = [*self._from_components(told), *self._from_rows()]
        rows = self.rows["ValidationRule"]
        off = tuple(
            (Kind.VALIDATION_RULE, _entity(row), str(row["ValidationName"])) for row in rows if not row["Active"]
        )
        elsewhere = tuple(self._elsewhere())
        return Inventory(self.targets, tuple(found), elsewhere, off, tuple(dict.fromkeys(unread)))

    def _elsewhere(self) -> Iterator[Automation]:
        """Give what fires on other objects, as far as its row tells."""
        for row in self.rows["ValidationRule"]:
            if row["Active"] and _entity(row) not in self.targets:
                base = _base(Kind.VALIDATION_RULE, row["ValidationName"], _entity(row), row)
                yield replace(base, moments=(Moment.VALIDATION,), description=row["Description"] or "")
        for one in self._flows():
            if one.object and one.object not in self.targets:
                base = _base(one.kind, one.name, one.object, one.row)
                yield replace(base, moments=(_MOMENTS[one.kind],), description=one.row["Description"] or "")
        for name, kind in (("ApexTrigger", Kind.TRIGGER), ("WorkflowRule", Kind.WORKFLOW_RULE)):
            for row in self.rows[name]:
                target = self.named(row["TableEnumOrId"])
                if target not in self.targets:
                    base = _base(kind, row["Name"], target, row)
                    yield of_trigger(base, row) if kind is Kind.TRIGGER else replace(base, unseen=_ELSEWHERE)

    def _from_components(self, told: _Told) -> Iterator[Automation]:
        updates: dict[str, dict[str, Row]] = {}
        for one in self.wanted():
            if one.address.startswith("WorkflowFieldUpdate/") and one.address in told:
                record, _ = told[one.address]
                name = str(record.get("FullName") or "").partition(".")[2]
                updates.setdefault(one.object, {})[name] = _metadata(record)
        for one in self.wanted():
            if one.address not in told or one.address.startswith("WorkflowFieldUpdate/"):
                continue
            record, refused = told[one.address]
            metadata = _metadata(record)
            if one.kind is Kind.WORKFLOW_RULE and metadata.get("active") is False:
                continue
            base = _base(one.kind, one.name, one.object, one.row)
            if refused or not metadata:
                moment = _MOMENTS[one.kind] if one.object else Moment.NOT_OF_A_SAVE
                yield replace(base, moments=(moment,), unseen=refused or "its metadata is not told", whole=False)
            elif one.kind is Kind.VALIDATION_RULE:
                yield of_validation(base, metadata)
            elif one.kind is Kind.WORKFLOW_RULE:
                yield of_workflow_rule(base, metadata, updates.get(one.object, {}))
            else:
                yield of_flow(base, metadata, one.row)

    def _from_rows(self) -> Iterator[Automation]:
        """Give those of which the list says all: triggers, assignment and duplicate rules, flows no record starts."""
        for row in self.rows["ApexTrigger"]:
            target = self.named(row["TableEnumOrId"])
            if target in self.targets:
                yield of_trigger(_base(Kind.TRIGGER, row["Name"], target, row), row)
        for row in self.rows["AssignmentRule"]:
            base = _base(Kind.ASSIGNMENT_RULE, row["Name"], row["SobjectType"], row)
            yield replace(base, moments=(Moment.ASSIGNMENT,), whole=False, sets=(Setting(base.object, "OwnerId"),))
        for row in self.rows["DuplicateRule"]:
            base = _base(Kind.DUPLICATE_RULE, row["DeveloperName"], row["SobjectType"], row)
            yield replace(base, moments=(Moment.DUPLICATES,), whole=False)
        read = {one.address for one in self._flows()}
        for row in self.rows["Flow"]:
            if f"Flow/{row['ActiveVersionId']}" not in read:
                base = _base(Kind.FLOW, row["ApiName"], "", row)
                yield replace(base, whole=False, description=row["Description"] or "")


def _entity(row: Row) -> str:
    parent = row.get("EntityDefinition")
    return str(cast("Row", parent).get("QualifiedApiName") or "") if isinstance(parent, Mapping) else ""


def _metadata(record: Row) -> Row:
    told = record.get("Metadata")
    return cast("Row", told) if isinstance(told, Mapping) else {}


def _base(kind: Kind, name: str, target: str, row: Row) -> Automation:
    """Give what every list says of its rows."""
    return Automation(
        kind,
        name,
        target,
        (Moment.NOT_OF_A_SAVE,),
        id=str(row.get("Id") or row.get("ActiveVersionId") or ""),
        order=row.get("TriggerOrder"),
        package=str(row.get("NamespacePrefix") or ""),
        changed_by=str(row.get("LastModifiedById") or row.get("LastModifiedBy") or ""),
    )
