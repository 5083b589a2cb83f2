"""Typed tree to the text of a validation rule that means the same in the org, and what to know before deploying it.

What the org would not take is refused, with the place. The functions are those that Salesforce's help has for
validation rules under Formula Operators and Functions by Context.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

from upbeat.formula.errors import FormulaError
from upbeat.formula.fit import a
from upbeat.formula.functions import CLOCKS, TABLE
from upbeat.formula.names import FORMS, FORMULAS, NAMED, RECORDS
from upbeat.formula.reads import as_text, reader
from upbeat.formula.rule import not_in_xml
from upbeat.formula.tree import INFIX, Apply, Cast, Field, Global, Literal, Typed, each, write
from upbeat.formula.types import Scope, Type
from upbeat.formula.values import Value, plain
from upbeat.schema import Field as SchemaField
from upbeat.schema import SchemaError

MOST_CHARACTERS = 3_900  # of a formula, and the bytes kept of it: Salesforce's published formula engine, `FormulaInfo`,
MOST_BYTES = 4_000  # which compiles a new formula to 5,000 bytes at most; a deployment alone can tell how many they are
_LONG = 1_500  # characters from which that is worth a word
MOST_PARENTS = 10  # relationships from the record to a field
_MOST_IFS = 100
_LONGEST_READ = 255  # of a parent's text: the org looks at the first 250 characters of a longer one

_FUNCTIONS = """
    ABS ACOS ADDMONTHS AND ASCII ASIN ATAN ATAN2 BEGINS BLANKVALUE BR CASE CASESAFEID CEILING CHR CONTAINS COS
    CURRENCYRATE DATE DATETIMEVALUE DATEVALUE DAY DAYOFYEAR DISTANCE EXP FIND FLOOR FORMATDURATION FROMUNIXTIME
    GEOLOCATION HOUR IF INCLUDES INITCAP ISBLANK ISCHANGED ISCLONE ISNEW ISNULL ISNUMBER ISOWEEK ISOYEAR ISPICKVAL LEFT
    LEN LN LOG LOWER LPAD MAX MCEILING MFLOOR MID MILLISECOND MIN MINUTE MOD MONTH NOT NOW NULLVALUE OR PI
    PICKLISTCOUNT PRIORVALUE REGEX REVERSE RIGHT ROUND RPAD SECOND SIN SQRT SUBSTITUTE TAN TEXT TIMENOW TIMEVALUE TODAY
    TRIM TRUNC UNIXTIMESTAMP UPPER VALUE VLOOKUP WEEKDAY YEAR
"""
_AVAILABLE = frozenset(_FUNCTIONS.split()) | frozenset(INFIX)
_INSTEAD = {
    "IN": "Write OR, or CASE over the values.",
    "LIKE": "Write BEGINS, CONTAINS or REGEX.",
    "SUBSTR": "Write MID.",
    "IFERROR": "Ask before what would fail: IF(Quantity = 0, 0, Amount / Quantity).",
    "HYPERLINK": "A rule gives no text to show: leave it out.",
    "IMAGE": "A rule gives no text to show: leave it out.",
}
_OF_THE_ORG = frozenset((*RECORDS, *NAMED, *FORMS, *(name.partition(".")[0] for name in FORMULAS)))
_OURS = {
    "$Signal": "follows from history and related records, which no validation rule sees",
    "$Step": "is what an earlier step of a workflow found",
    "$Memory": "is what Upbeat remembers of earlier runs",
    "$Run": "is about the run of a workflow",
}


def org_formula(tree: Typed, scope: Scope, text: str, given: Mapping[str, Any]) -> str:
    """Write a condition, read from `text`, as the org takes it. Raises FormulaError where it cannot."""
    if tree.type is not Type.BOOLEAN:
        what = f"a validation rule's formula is true or false, and this is {a(tree.type)}"
        raise FormulaError(what, text=text, at=tree.at, fix="Compare it with something.")
    ifs = [node for node in each(tree) if isinstance(node, Apply) and node.function.name == "IFS"]
    if sum(len(node.args) // 2 for node in ifs) > _MOST_IFS:
        raise FormulaError(f"the org has IF for IFS, and more than {_MOST_IFS} in one another are too many", at=None)
    found = write(_Export(scope, text, given).org(tree))
    if len(found) > MOST_CHARACTERS or len(found.encode()) > MOST_BYTES:
        what = f"the rule's formula has {len(found):,} characters, and an org takes {MOST_CHARACTERS:,}"
        raise FormulaError(what, at=None, fix="Move a part into a formula field, and read that.")
    return found


@dataclass(frozen=True)
class _Export:
    """Makes a tree into one that means the same in the org."""

    scope: Scope
    text: str
    given: Mapping[str, Any]

    def refuse(self, node: Typed, what: str, fix: str = "") -> FormulaError:
        return FormulaError(what, text=self.text, at=node.at, fix=fix)

    def org(self, node: Typed) -> Typed:
        match node:
            case Literal():
                return self.literal(node.meant, node)
            case Field():
                return self.field(node)
            case Global():
                return self.globally(node)
            case Cast():
                return self.cast(node)
            case Apply():
                return self.apply(node)

    def literal(self, value: Value, node: Typed) -> Typed:
        """Write a value; a blank text as the empty text, as NULL is no text in the org."""
        if isinstance(value, str) and not_in_xml(value):
            raise self.refuse(node, "this text has a character that no metadata file can hold")
        match value:
            case datetime():
                return _call("DATETIMEVALUE", Literal(plain(value).removesuffix("Z"), Type.TEXT))
            case date():
                return _call("DATE", *(Literal(Decimal(part), Type.NUMBER) for part in value.timetuple()[:3]))
            case time():
                return _call("TIMEVALUE", Literal(plain(value), Type.TEXT))
            case Decimal() if value.is_signed():
                return _call("-", Literal(-value, Type.NUMBER))
            case _:
                return Literal(value, node.type)

    def field(self, node: Field) -> Typed:
        if len(node.keys) > MOST_PARENTS + 1:
            what = f"{node.path} is {len(node.keys) - 1} parents away, and the org follows {MOST_PARENTS}"
            raise self.refuse(node, what)
        try:
            *parents, _ = self.scope.schema.path(self.scope.object, node.path)
        except SchemaError:
            raise self.refuse(node, f"{node.path} has parents of several objects on its way") from None
        steps = node.written.split(".")
        for place, parent in enumerate(parents):
            steps[place] = self.step(node, parent, steps[place])
        read = replace(node, written=".".join(steps))
        return _or_zero(read) if node.zero else read

    def step(self, node: Field, parent: SchemaField, step: str) -> str:
        """Name the object of a parent that may be of several, as the org's formulas ask."""
        named = step.partition(":")[2]
        if len(parent.reference_to) == 1:
            return step
        if parent.name != "OwnerId" or named not in ("", "User"):
            what = f"{node.path} leads along {parent.relationship}, which the org's formulas do not follow"
            raise self.refuse(node, what, "Owner:User is the only one of several objects that they know.")
        return f"{parent.relationship}:User"

    def globally(self, node: Global) -> Typed:
        head = node.keys[0]
        if head in _OF_THE_ORG:
            if head in RECORDS and len(node.keys) > 2:
                raise self.refuse(node, f"{node.path} is a parent's field, and the org's formulas read {head}'s own")
            return _or_zero(node) if node.zero else node
        if head != "$Threshold":
            why = _OURS.get(head, "is known to Upbeat alone")
            raise self.refuse(node, f"{node.path} {why}")
        value: Any = self.given
        try:
            for key in node.keys:
                value = value[key]
            found = reader(node)(value)
        except (LookupError, TypeError):
            raise self.refuse(node, f"no value was given for {node.path}") from None
        except (ValueError, ArithmeticError) as error:
            raise self.refuse(node, f"{node.path}: {error}") from None
        return self.literal(as_text(str(found)) if node.type is Type.ID else found, node)

    def cast(self, node: Cast) -> Typed:
        """Let a text stand beside an id: in the org an id has 15 characters, whichever way a text was written."""
        made = self.org(node.arg)
        if node.type is not Type.ID or node.arg.type is Type.NULL:
            return replace(node, arg=made)
        if not isinstance(made, Literal):
            what = f"{write(node.arg)} is a text beside an id, which has 15 characters in the org's formulas"
            raise self.refuse(node.arg, what, "Write CASESAFEID of the id where the text has 18 characters.")
        return Literal(as_text(str(made.value or "")), Type.TEXT)

    def apply(self, node: Apply) -> Typed:
        name, args = node.function.name, node.args
        if name == "IFS":
            made = self.org(args[-1])
            for condition, result in zip(args[-3::-2], args[-2::-2], strict=True):
                made = _call("IF", self.org(condition), self.org(result), made)
            return made
        if name not in _AVAILABLE:
            raise self.refuse(node, f"{name} is not available in validation rules", _INSTEAD.get(name, ""))
        if name == "ISCHANGED" and isinstance(args[0], Field):
            return self.changed(node, args[0])
        if name in ("DATEVALUE", "DATETIMEVALUE", "TIMEVALUE") and args[0].type is node.type:
            return self.org(args[0])  # the value itself: the org has these functions for other types alone
        if node.named.partition(".")[0] in _OF_THE_ORG:
            return node
        written = args[: node.function.written]
        return replace(node, args=(*map(self.org, written), *args[len(written) :]), named="")

    def changed(self, node: Apply, field: Field) -> Typed:
        """ISCHANGED sees a blank become zero, which is no change where blanks are zeros."""
        if not field.zero:
            return node
        now, before = (self.org(arg) for arg in node.args)
        return _call("AND", _call("NOT", _call("ISNEW")), _call("<>", now, before))


def _or_zero(node: Typed) -> Apply:
    return _call("BLANKVALUE", node, Literal(Decimal(0), Type.NUMBER))


def _call(name: str, *args: Typed) -> Apply:
    """Give a call to be written: its type no longer matters."""
    return Apply(TABLE[name][0], args, Type.NULL)


def warnings(tree: Typed, scope: Scope, formula: str) -> Iterator[str]:
    """Give what the author of a rule should know before its formula, made of a tree, is deployed."""
    nodes = list(each(tree))
    called = {node.function.name for node in nodes if isinstance(node, Apply)}
    heads = {node.keys[0]: node.path for node in nodes if isinstance(node, Global)}
    read = {node.path: scope.schema.path(scope.object, node.path) for node in nodes if isinstance(node, Field)}
    parents = {path: found for path, found in read.items() if len(found) > 1}
    if not heads.keys() & {"$User", "$Profile", "$UserRole", "$Permission", "$Setup"}:
        yield "It refuses the saves of all users and integrations; $Permission or $Profile in it can spare some."
    if clocks := called & CLOCKS:
        asked = " and ".join(f"{name}()" for name in sorted(clocks))
        yield f"It asks for {asked} only when a record is saved: nothing happens as time passes."
    if "ISCHANGED" in called or any(isinstance(node, Field) and node.of_prior for node in nodes):
        yield "It compares with the values before each save; Upbeat compares with what it saw last."
    if parents:
        yield f"It reads {_listed(parents)} as it is at the save: a later change of the parent is not refused."
    if several := [path for path, found in parents.items() if len(found[0].reference_to) > 1]:
        yield f"{_listed(several)} is blank in the org where a queue owns the record."
    if long := [path for path, found in parents.items() if found[-1].length > _LONGEST_READ]:
        yield f"The org looks at the first 250 characters of {_listed(long)} alone."
    fixed = [node.path for node in nodes if isinstance(node, Global) and node.keys[0] == "$Threshold"]
    named = [node.named for node in nodes if isinstance(node, Apply) and node.named.startswith("$Signal.")]
    if kept := dict.fromkeys((*fixed, *named)):
        yield f"It keeps {_listed(kept)} as it is now: export it again after a change."
    if computed := [path for path, found in read.items() if found[-1].formula]:
        yield f"{_listed(computed)} counts, with its own formula, to the 5,000 bytes that an org compiles."
    elif len(formula) > _LONG:
        yield f"It has {len(formula):,} characters: a deployment tells whether an org compiles it to 5,000 bytes."


def _listed(names: Iterable[str]) -> str:
    return ", ".join(names)
