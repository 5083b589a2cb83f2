"""Tree to typed tree: names looked up in the scope, functions in the table, every argument made to fit."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from upbeat.base import nearest
from upbeat.formula.advice import advice, unasked
from upbeat.formula.errors import FormulaError
from upbeat.formula.fit import Unfit, accepts, common, fit
from upbeat.formula.functions import REFUSED, TABLE, Function
from upbeat.formula.names import FORMULAS, find
from upbeat.formula.syntax import parse
from upbeat.formula.tree import Apply, Call, Field, Global, Literal, Name, Node, Typed
from upbeat.formula.types import ASKED, Scope, Type


def check(tree: Node, scope: Scope, text: str) -> Typed:
    """Type a tree that was read from `text`. Raises FormulaError at the first name or type that does not hold."""
    try:
        return _Checker(scope).whole(tree)
    except Unfit as error:
        raise FormulaError(error.what, text=text, at=error.at, fix=error.fix) from None


@dataclass(frozen=True)
class _Checker:
    scope: Scope

    @property
    def formulas(self) -> Mapping[str, str]:
        """Globals that stand for a formula."""
        return {**FORMULAS, **self.scope.formulas}

    def whole(self, tree: Node) -> Typed:
        """Type a whole formula, which gives a value that a field can hold."""
        found = self.node(tree)
        if found.type in ASKED:
            raise unasked("a formula", "gives", found)
        return found

    def node(self, node: Node) -> Typed:
        match node:
            case Literal():
                return node
            case Call():
                return self.call(node)
            case Name(path=path, at=at) if path.startswith("$"):
                named = {one.casefold(): one for one in self.formulas}.get(path.casefold())
                return find(self.scope, node) if named is None else self.meant(named, at)
            case Name():
                return find(self.scope, node)

    def meant(self, name: str, at: int) -> Typed:
        """Put a global's own formula in its place; it names no other such global."""
        within = _Checker(replace(self.scope, formulas={}))
        found = within.node(_moved(parse(self.formulas[name]), at))
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
        if node.name in REFUSED:
            return Unfit(f"{node.name} {REFUSED[node.name]}", node.at, "No formula of Upbeat can use it.")
        close = nearest(node.name, TABLE)
        return Unfit(f"{node.name} is no function", node.at, f"Did you mean {close}?" if close else "")

    def misfit(self, row: Function, args: Sequence[Typed]) -> int | None:
        """Give the place of the first argument that the row does not take, or None. A typed row looks for itself."""
        if row.typed is not None:
            asked = [index for index, arg in enumerate(args) if arg.type in ASKED]
            return next((index for index in asked if args[index].type not in row.shape.place(index).kinds), None)
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
        if row.compares:
            fitted = [_as_stored(arg) for arg in fitted]
        if row.demands is not None:
            row.demands(fitted)
        return Apply(row, tuple(fitted), row.shape.gives or shared, at)


def _moved(node: Node, at: int) -> Node:
    """Let a tree from elsewhere begin, with all its parts, at one place."""
    if isinstance(node, Call):
        return replace(node, args=tuple(_moved(arg, at) for arg in node.args), at=at)
    return replace(node, at=at)


def _as_stored(node: Typed) -> Typed:
    return replace(node, as_stored=True) if isinstance(node, Field | Global) and node.type is Type.NUMBER else node


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
    takes = row.form or row.signature.partition("->")[0].strip().replace("T:", "")
    return f"Write {row.name}({takes})." if row.name[0].isalpha() else ""
