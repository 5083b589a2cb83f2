"""A step's own arguments, each compiled by its kind; what is wrong is gathered, each problem at its line."""

from collections.abc import Iterable, Mapping
from datetime import timedelta
from decimal import Decimal
from typing import Any, cast

from upbeat.base import nearest
from upbeat.base.files import DefinitionError, Path
from upbeat.domain import Verb
from upbeat.formula import Formula, Text, Type
from upbeat.schema import Field, Object, SchemaError
from upbeat.workflows import times
from upbeat.workflows.catalogue import Args, Catalogue, FunctionSpec, Kind, Parameter
from upbeat.workflows.files import Definitions
from upbeat.workflows.filling import check_keys, compile_fills
from upbeat.workflows.findings import Questions, compile_findings, compile_questions
from upbeat.workflows.fits import misfit
from upbeat.workflows.methodology import Methodology
from upbeat.workflows.pool import Pool
from upbeat.workflows.pool_compiler import compile_pool
from upbeat.workflows.provider import Provider
from upbeat.workflows.rows import compile_rows
from upbeat.workflows.texts import Texts


class Arguments:
    """Compiles the arguments of one workflow's steps.

    `pools`, `providers` and `methodologies` are those that were named so far. `complete` is false where something
    named stands in a file that could not be read, or is wrong by itself.
    """

    def __init__(self, texts: Texts, target: Object, definitions: Definitions, catalogue: Catalogue) -> None:
        """Compile texts and conditions by `texts`; fields are those of `target`."""
        self.texts = texts
        self.target = target
        self.definitions = definitions
        self.catalogue = catalogue
        self.pools: dict[str, Pool] = {}
        self.providers: dict[str, Provider] = {}
        self.methodologies: dict[str, Methodology] = {}
        self.complete = True

    def values(self, path: Path, spec: FunctionSpec, written: Mapping[str, Any]) -> Mapping[str, Any]:
        """Give the compiled arguments of a call by name; `path` is the step's."""
        self._present(path, spec, written)
        found: dict[str, Any] = {}
        for name, parameter in spec.parameters.items():
            if name in written:
                found[name] = self._value((*path, name), spec, parameter, written[name], found)
        provider, keys = found.get("provider"), found.get("ask")
        if isinstance(provider, Provider) and isinstance(keys, Mapping):
            check_keys(self.texts, (*path, "ask"), cast("Mapping[str, Any]", keys), provider)
        for name, parameter in spec.parameters.items():
            pool = self.pools.get(str(found.get(name))) if parameter.kind is Kind.POOL else None
            if pool is not None and "with" in spec.parameters:
                self._facts(path, pool, found.get("with") or {})
        return found

    def _present(self, path: Path, spec: FunctionSpec, written: Mapping[str, Any]) -> None:
        """Keep what a call has too much, and what it lacks."""
        for name in written:
            if name not in spec.parameters:
                fix = suggest(name, spec.parameters) or f"It takes {', '.join(spec.parameters)}."
                self.texts.refuse((*path, name), f"{spec.name} takes no {name}", fix)
            elif (other := spec.needs.get(name)) and other not in written:
                self.texts.refuse((*path, name), f"{name} has no meaning without {other}", f"Add '{other}:'.")
        if spec.one_of and not any(name in written for name in spec.one_of):
            listed = ", ".join(f"'{name}'" for name in spec.one_of)
            self.texts.refuse((*path, "use"), f"{spec.name} needs at least one of {listed}", "Add one of them.")
        for name, parameter in spec.parameters.items():
            if parameter.required and name not in written:
                what = f"{spec.name} needs '{name}', {WANTED[parameter.kind]}"
                self.texts.refuse((*path, "use"), what, f"Add '{name}:'.")

    def _facts(self, path: Path, pool: Pool, given: Mapping[str, Any]) -> None:
        """Hold that a step gives a pool the facts that its formulas read as `$Routing.<name>`, and no others."""
        for name, kind in pool.given.items():
            if name not in given:
                what = f"the pool {pool.name} reads $Routing.{name}, and the step does not give it"
                self.texts.refuse((*path, "with"), what, f"Add '{name}:' below 'with'.")
            elif (is_ := _type_of(given[name])) not in (kind, None):
                what = f"{name} is a {is_}, and the pool {pool.name} takes a {kind}"
                self.texts.refuse((*path, "with", name), what, f"Change it, or 'given' in routing/{pool.name}.yaml.")
        for name in given:
            if name not in pool.given:
                fix = suggest(name, pool.given) or f"Add '{name}:' below 'given' in routing/{pool.name}.yaml."
                self.texts.refuse((*path, "with", name), f"the pool {pool.name} is given no {name}", fix)

    def _value(self, path: Path, spec: FunctionSpec, parameter: Parameter, written: Any, before: Args) -> Any:
        """Compile one argument; `before` are those that stand before it in the function's own order."""
        kind = parameter.kind
        match kind, written:
            case ((Kind.TEXT | Kind.USER | Kind.RECIPIENT), (str() | int() | Decimal())):
                return self.texts.text(path, written)
            case Kind.CHOICES, [*choices] if choices and all(isinstance(one, str) and one for one in choices):
                return tuple(choices)
            case Kind.ROWS, [*rows] if rows:
                return compile_rows(self.texts, path, parameter.columns, rows)
            case ((Kind.FIELDS | Kind.FILLS | Kind.FINDINGS | Kind.TEXTS), {**named}) if named:
                return self._named(path, spec, parameter, named, before)
            case _:
                return self._single(path, kind, written)

    def _named(
        self, path: Path, spec: FunctionSpec, parameter: Parameter, written: Mapping[str, Any], before: Args
    ) -> Mapping[str, Any]:
        target = self.catalogue.schema.object(parameter.of) if parameter.of else self.target
        if parameter.kind is Kind.FIELDS:
            return self._fields(path, spec, written, target)
        if parameter.kind is Kind.TEXTS:
            return {name: self.texts.text((*path, name), one) for name, one in written.items()}
        if parameter.kind is Kind.FINDINGS:
            return compile_findings(self.texts, path, written, target)
        provider = before.get("provider")
        return compile_fills(self.texts, path, written, target, provider) if isinstance(provider, Provider) else {}

    def _single(self, path: Path, kind: Kind, written: Any) -> Any:
        match kind, written:
            case Kind.NUMBER, (str() | int() | Decimal()) if not isinstance(written, bool):
                return self._number(path, written)
            case Kind.DURATION, str():
                return self._duration(path, written)
            case Kind.POOL, str():
                return self._pool(path, written)
            case Kind.PROVIDER, str():
                return self._provider(path, written)
            case Kind.METHODOLOGY, str():
                return self._methodology(path, written)
            case _:
                return self.texts.refuse(path, f"{path[-1]} must be {WANTED[kind]}")

    def _number(self, path: Path, written: str | int | Decimal) -> Text | Decimal | None:
        if isinstance(written, int | Decimal):
            return Decimal(written)
        found, before = self.texts.text(path, written), len(self.texts.problems)
        if isinstance(found, Text) and found.type is Type.NUMBER:
            return found
        if found is not None and len(self.texts.problems) == before:
            self.texts.refuse(path, f"{path[-1]} must be a number", "Write one, or one '{!...}' that gives one.")
        return None

    def _duration(self, path: Path, written: str) -> timedelta | None:
        try:
            return times.duration(written)
        except ValueError as error:
            return self.texts.refuse(path, str(error), times.DURATION_FIX)

    def _fields(self, path: Path, spec: FunctionSpec, written: Mapping[str, Any], of: Object) -> Mapping[str, Any]:
        """Give each field, as the schema spells it, with its value."""
        found: dict[str, Any] = {}
        for name, raw in written.items():
            field = self.field((*path, name), name, of)
            if field is None:
                continue
            if not (field.updateable if Verb.UPDATE in spec.verbs else field.createable):
                self.texts.refuse((*path, name), f"{field.name} cannot be written: Salesforce computes it")
            if field.name in found:
                self.texts.refuse(
                    (*path, name), f"{field.name} is set twice", "Keep one: case does not tell names apart."
                )
            value = found[field.name] = self.texts.text((*path, name), raw, field)
            wrong = misfit(value, field)
            if wrong:
                self.texts.refuse((*path, name), *wrong)
        return found

    def field(self, path: Path, name: str, of: Object | None = None) -> Field | None:
        """Give a field of an object, the record's own where none is named."""
        try:
            return (of or self.target).field(name)
        except SchemaError as error:
            return self.texts.refuse(path, error.what, error.fix)

    def _pool(self, path: Path, name: str) -> str:
        written = self.definitions.pools.get(name)
        if written is None:
            if f"routing/{name}.yaml" in self.definitions.unread:
                self.complete = False
            else:
                fix = suggest(name, self.definitions.pools) or f"Write routing/{name}.yaml."
                self.texts.refuse(path, f"there is no pool {name}", fix)
            return name
        if written.object.casefold() != self.target.name.casefold():
            self.texts.refuse(path, f"the pool {name} assigns {written.object}, and this is {self.target.name}")
        try:
            self.pools[name] = compile_pool(written, self.catalogue)
        except DefinitionError:
            self.complete = False  # the pool's own problems are said once, at the pool
        return name

    def _methodology(self, path: Path, name: str) -> Questions | None:
        found = self.definitions.methodologies.get(name)
        if found is not None:
            self.methodologies[name] = found
            return compile_questions(self.texts, path, found, self.target)
        if f"methodologies/{name}.yaml" in self.definitions.unread:
            self.complete = False
        else:
            fix = suggest(name, self.definitions.methodologies) or f"Write methodologies/{name}.yaml."
            self.texts.refuse(path, f"there is no methodology {name}", fix)
        return None

    def _provider(self, path: Path, name: str) -> Provider | None:
        found = self.definitions.providers.get(name)
        if found is not None:
            self.providers[name] = found
        elif f"enrichment/{name}.yaml" in self.definitions.unread:
            self.complete = False
        else:
            fix = suggest(name, self.definitions.providers) or f"Write enrichment/{name}.yaml."
            self.texts.refuse(path, f"there is no source {name}", fix)
        return found


def _type_of(value: Any) -> Type | None:
    """Give the type of a compiled text, None of one that is wrong by itself."""
    match value:
        case Text():
            return value.type
        case bool():
            return Type.BOOLEAN
        case int() | Decimal():
            return Type.NUMBER
        case _:
            return None if value is None else Type.TEXT


WANTED: Mapping[Kind, str] = {
    Kind.TEXT: "a text",
    Kind.USER: "a person: a username, an email address or a user id",
    Kind.RECIPIENT: "whom it goes to: usernames, user ids or email addresses",
    Kind.NUMBER: "a number",
    Kind.DURATION: "a duration such as '2 days'",
    Kind.CHOICES: "a list of texts",
    Kind.FIELDS: "fields with their values",
    Kind.POOL: "the name of a pool",
    Kind.PROVIDER: "the name of a source",
    Kind.METHODOLOGY: "the name of a methodology",
    Kind.FINDINGS: "fields, each with what is found for it",
    Kind.FILLS: "fields, each with the fact that it takes",
    Kind.TEXTS: "names with their texts",
    Kind.ROWS: "a list of rows",
}


def compiled_in(value: Any) -> list[Text | Formula]:
    """Give every compiled text and formula of an argument, however deep it stands."""
    match value:
        case Text() | Formula():
            return [value]
        case dict():
            return [found for one in cast("dict[str, Any]", value).values() for found in compiled_in(one)]
        case tuple():
            return [found for one in cast("tuple[Any, ...]", value) for found in compiled_in(one)]
        case _:
            return []


def suggest(name: str, known: Iterable[str]) -> str:
    """Give the nearest known name as what to do, or nothing."""
    close = nearest(name, known)
    return f"Did you mean {close}?" if close else ""
