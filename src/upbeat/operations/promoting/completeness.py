"""How much of what a workflow reads is there: each field counted in the org, on the records of the workflow's object.

A field that the condition compares must be filled, or the condition is wrong of the records without it: the policy's
`completeness` says how much of it. A field of which the condition asks whether it is blank may be, and what only the
texts and the pools read is shown and asks for nothing, unless the workflow's own `completeness` names it.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from upbeat.salesforce import Reader, SalesforceError
from upbeat.schema import Field, FieldType
from upbeat.workflows import Policy, Workflow

_AT_ONCE = 40  # fields counted in one query


@dataclass(frozen=True, slots=True)
class Filled:
    """One field that is read: on how many of all records it has a value, and the least percentage it must have.

    `filled` is None where the org does not say, and `why` says why not. `least` is None where nothing is asked.
    """

    path: str
    filled: int | None
    of: int
    least: int | None
    why: str = ""

    @property
    def percent(self) -> float | None:
        """How much of 100 is filled, None where it is not known or there is no record."""
        return None if self.filled is None or not self.of else 100 * self.filled / self.of

    @property
    def lacks(self) -> bool:
        """Whether too little of it is there."""
        return self.percent is not None and self.least is not None and self.percent < self.least


def completeness(reader: Reader, flow: Workflow, policy: Policy) -> tuple[tuple[Filled, ...], int | None, str]:
    """Give the fields that a workflow reads with how much of each is there, and how many records there are.

    The emptiest stands first. Where the records cannot be counted there is no field, no number, and the reason.
    """
    known = dict(_read(flow))
    wanted = _wanted(flow, policy)
    try:
        total = reader.count(f"SELECT COUNT() FROM {flow.object}")  # noqa: S608  a name from the schema
    except SalesforceError as error:
        return (), None, error.what
    counts, silent = _counts(reader, flow.object, known)
    found = [Filled(path, counts.get(path), total, wanted.get(path), silent.get(path, "")) for path in known]
    return tuple(sorted(found, key=lambda one: (one.percent is None, one.percent, one.path))), total, ""


def _read(flow: Workflow) -> Iterator[tuple[str, Field]]:
    """Give what a workflow reads that a record may lack, with its field."""
    schema = flow.when.scope.schema
    for path in flow.fields:
        field = schema.path(flow.object, path)[-1]
        if field.type is not FieldType.BOOLEAN and (field.nillable or "." in path):
            yield path, field


def _wanted(flow: Workflow, policy: Policy) -> Mapping[str, int]:
    """Give the least percentage by path: what the condition compares, and what the workflow's file names."""
    own = {name for step in flow.steps for target, name in step.writes if target == flow.object}
    compared = (flow.when.fields | flow.when.prior) - flow.when.doubted - own
    return {**dict.fromkeys(compared, policy.completeness.least), **flow.completeness}


def _counts(reader: Reader, target: str, fields: Mapping[str, Field]) -> tuple[dict[str, int], dict[str, str]]:
    """Count many fields in one query; one by one where that fails, so that each says for itself what is in the way."""
    counts: dict[str, int] = {}
    silent: dict[str, str] = {}
    countable = [path for path, field in fields.items() if field.aggregatable]
    for start in range(0, len(countable), _AT_ONCE):
        some = countable[start : start + _AT_ONCE]
        try:
            counts |= _together(reader, target, some)
        except SalesforceError:
            for path in some:
                _alone(reader, target, path, counts, silent)
    for path, field in fields.items():
        if not field.aggregatable and field.filterable:
            _alone(reader, target, path, counts, silent)
        elif not field.aggregatable:
            silent[path] = f"Salesforce counts no values of type {field.type}"
    return counts, silent


def _together(reader: Reader, target: str, paths: Sequence[str]) -> dict[str, int]:
    columns = ", ".join(f"COUNT({path}) n{number}" for number, path in enumerate(paths))
    [row] = reader.query(f"SELECT {columns} FROM {target}")  # noqa: S608  names from the schema
    return {path: row[f"n{number}"] for number, path in enumerate(paths)}


def _alone(reader: Reader, target: str, path: str, counts: dict[str, int], silent: dict[str, str]) -> None:
    try:
        counts[path] = reader.count(f"SELECT COUNT() FROM {target} WHERE {path} != NULL")  # noqa: S608  names from the schema
    except SalesforceError as error:
        silent[path] = error.what
