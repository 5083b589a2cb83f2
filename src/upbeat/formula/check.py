"""Tree to typed tree: names looked up in the scope, functions in the table, every argument made to fit."""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, replace

from upbeat.base import nearest
from upbeat.formula.advice import advice
from upbeat.formula.errors import FormulaError
from upbeat.formula.fit import Unfit, accepts, common, fit
from upbeat.formula.functions import TABLE, Function
from upbeat.formula.syntax import parse
from upbeat.formula.tree import Apply, Call, Field, Global, Literal, Name, Node, Typed
from upbeat.formula.types import UNREADABLE, Scope, Type, type_of
from upbeat.schema import FieldType, SchemaError

_RECORDS = {name: name[1:] for name in ("$User", "$Profile", "$UserRole", "$Organization", "$RecordType")}
"""Globals that are records of Salesforce's own: their fields are typed from the schema."""


def check(tree: Node, scope: Scope, text: str) -> Typed:
    """Type a tree that was read from `text`. Raises FormulaError at the first name or type that does not hold."""
    try:
        return _Checker(scope).node(tree)
    except Unfit as error:
        raise FormulaError(error.what, text=text, at=error.at, fix=error.fix) from None


@dataclass(frozen=True)
class _Checker:
    scope: Scope

    def node(self, node: Node) -> Typed:
        match node:
            case Literal():
                return node
            case Call():
                return self.call(node)
            case Name():
                head, _, rest = node.path.partition(".")
                match head.casefold():
                    case "$record":
                        return self.field(self.scope.object, rest, node.at)
                    case "$record__prior":
                        return self.prior(rest, node)
                    case _ if head.startswith("$"):
                        return self.given(node)
                    case _:
                        return self.field(self.scope.object, node.path, node.at)

    # --- names ---

    def field(self, start: str, path: str, at: int) -> Field:
        """Look a path up. `Owner:User.Email` says which object a polymorphic parent is, as Salesforce writes it."""
        schema = self.scope.schema
        try:
            if ":" in path:
                return self.through(start, path, at)
            *parents, last = schema.path(start, path)
        except SchemaError as error:
            raise self.unknown(start, path, at, error) from None
        if last.type in UNREADABLE:
            raise Unfit(f"{last.name} is a compound field: no formula reads it", at, "Name one of its parts.")
        keys = (*(parent.relationship for parent in parents), last.name)
        kind = type_of(last)
        return Field(
            path=".".join(keys),
            keys=keys,
            type=kind,
            written=".".join(keys),
            percent=last.type is FieldType.PERCENT,
            zero=kind is Type.NUMBER and self.scope.blank_as_zero,
            at=at,
        )

    def through(self, start: str, path: str, at: int) -> Field:
        """Look a path up whose parents name their objects, one parent at a time."""
        step, _, rest = path.partition(".")
        relationship, _, wanted = step.partition(":")
        parent = self.scope.schema.path(start, f"{relationship}.Id")[0]
        there = self.scope.schema.object(wanted or parent.reference_to[0]).name
        if there not in parent.reference_to:
            raise Unfit(f"{relationship} is no {there}", at, f"It is a record of {' or '.join(parent.reference_to)}.")
        found, name = self.field(there, rest, at), parent.relationship
        return replace(
            found,
            path=f"{name}.{found.path}",
            keys=(name, *found.keys),
            written=f"{name}:{there}.{found.written}" if wanted else f"{name}.{found.written}",
        )

    def unknown(self, start: str, path: str, at: int, error: SchemaError) -> Unfit:
        """Say what a name that is no field may have been meant as."""
        with suppress(SchemaError):
            parent = self.scope.schema.path(start, f"{path}.Id")[-2]
            above = path.rpartition(".")[0]
            reference = f"{above}.{parent.name}" if above else parent.name
            fix = f"Name one of its fields, {path}.Name, or write {reference}."
            return Unfit(f"{path} is a parent record", at, fix)
        if path.upper() in TABLE:
            return Unfit(f"{path.upper()} is a function", at, f"Write {path.upper()}(...).")
        if not path:
            return Unfit(f"{start} is a record", at, "Name one of its fields, such as $Record.Name.")
        return Unfit(error.what, at, error.fix)

    def prior(self, path: str, node: Name) -> Typed:
        found = self.field(self.scope.object, path, node.at)
        if len(found.keys) > 1:
            raise Unfit(f"$Record__Prior holds the record's own fields, and {path} is its parent's", node.at)
        return replace(found, of_prior=True)

    def given(self, node: Name) -> Typed:
        head, _, rest = node.path.partition(".")
        spelt = {name.casefold(): name for name in self.scope.globals}.get(node.path.casefold())
        if spelt is not None:
            return Global(spelt, tuple(spelt.split(".")), self.scope.globals[spelt], node.at)
        named = {name.casefold(): name for name in self.scope.formulas}.get(node.path.casefold())
        if named is not None:
            return self.meant(named, node.at)
        record = {name.casefold(): name for name in _RECORDS}.get(head.casefold())
        if record is not None and rest and self.scope.schema.has(_RECORDS[record]):
            found = self.field(_RECORDS[record], rest, node.at)
            return Global(f"{record}.{found.path}", (record, *found.keys), found.type, node.at)
        close = nearest(node.path, (*self.scope.globals, *self.scope.formulas))
        known = sorted({name.split(".")[0] for name in (*self.scope.globals, *self.scope.formulas)} | {"$Record"})
        fix = f"Did you mean {close}?" if close else f"Known here: {', '.join(known)}."
        raise Unfit(f"{node.path} is not known here", node.at, fix)

    def meant(self, name: str, at: int) -> Typed:
        """Put a global's own formula in its place; it names no other such global."""
        within = _Checker(replace(self.scope, formulas={}))
        found = within.node(_moved(parse(self.scope.formulas[name]), at))
        return replace(found, named=name) if isinstance(found, Apply) else found

    # --- functions ---

    def call(self, node: Call) -> Typed:
        rows = TABLE.get(node.name)
        if rows is None:
            raise self.no_function(node)
        args = [self.node(arg) for arg in node.args]
        fitting = [row for row in rows if row.shape.counts(len(args))]
        if not fitting:
            raise Unfit(f"{node.name} takes {_count(rows)}, and has {len(args)}", node.at, _written(rows[0]))
        misfits = {row: self.misfit(row, args) for row in fitting}
        meant = [row for row, misfit in misfits.items() if misfit is None]
        if meant:  # a row for the very types comes before one that reads an id as text or a text as an id
            return self.applied(max(meant, key=lambda row: _as_given(row, args)), args, node.at)
        row, place = max(misfits.items(), key=lambda item: item[1] or 0)
        raise advice(row, args, place or 0)

    def no_function(self, node: Call) -> Unfit:
        here = self.scope.schema.object(self.scope.object)
        if here.has(node.name):
            return Unfit(f"{here.field(node.name).name} is a field, no function", node.at, "Write it without brackets.")
        close = nearest(node.name, TABLE)
        return Unfit(f"{node.name} is no function", node.at, f"Did you mean {close}?" if close else "")

    def misfit(self, row: Function, args: Sequence[Typed]) -> int | None:
        """Give the place of the first argument that the row does not take, or None."""
        if row.typed is not None:
            return None
        shared = Type.NULL
        for index, arg in enumerate(args):
            place = row.shape.place(index)
            if not accepts(place.kinds, arg.type):
                return index
            if place.shared:
                together = common((shared, arg.type))
                if together is None:
                    return index
                shared = together
        return None

    def applied(self, row: Function, args: Sequence[Typed], at: int) -> Typed:
        if row.typed is not None:
            return row.typed(row, args, at)
        places = [row.shape.place(index) for index in range(len(args))]
        shared = common(arg.type for arg, place in zip(args, places, strict=True) if place.shared) or Type.NULL
        fitted = [
            fit(arg, shared if place.shared else _kind(place.kinds, arg.type))
            for arg, place in zip(args, places, strict=True)
        ]
        return Apply(row, tuple(fitted), row.shape.gives or shared, at)


def _moved(node: Node, at: int) -> Node:
    """Let a tree from elsewhere begin, with all its parts, at one place."""
    if isinstance(node, Call):
        return replace(node, args=tuple(_moved(arg, at) for arg in node.args), at=at)
    return replace(node, at=at)


def _as_given(row: Function, args: Sequence[Typed]) -> bool:
    kinds = [row.shape.place(index).kinds for index in range(len(args))]
    return all(not kind or arg.type in (*kind, Type.NULL) for kind, arg in zip(kinds, args, strict=True))


def _kind(kinds: tuple[Type, ...], given: Type) -> Type:
    """Give the type that an accepted argument is made into: its own, or the first that stands in for it."""
    return given if given in kinds or not kinds else next(kind for kind in kinds if accepts((kind,), given))


def _count(rows: Sequence[Function]) -> str:
    shapes = [row.shape for row in rows]
    least, most = min(shape.least for shape in shapes), max(len(shape.places) for shape in shapes)
    if any(shape.repeats for shape in shapes):
        return f"{least} value{'s' * (least != 1)} or more"
    return f"{least} to {most} values" if least < most else f"{least} value{'s' * (least != 1)}"


def _written(row: Function) -> str:
    takes = row.signature.partition("->")[0].strip().replace("T:", "")
    return f"Write {row.name}({takes})." if row.name.isalpha() else ""
