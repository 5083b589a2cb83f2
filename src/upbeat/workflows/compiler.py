"""A definition → the form that runs. All that is wrong is gathered, each problem at its line."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from upbeat.base.files import DefinitionError, Path, Problem, Severity
from upbeat.domain import Change, Tier
from upbeat.formula import Formula, Scope, Text, Type
from upbeat.schema import Object, SchemaError
from upbeat.timeline import formulas_of, globals_of
from upbeat.workflows import times
from upbeat.workflows.arguments import Arguments, compiled_in, suggest
from upbeat.workflows.catalogue import Catalogue, FunctionSpec, Kind
from upbeat.workflows.definition import Agent, Definition, OutcomeDefinition, StepDefinition
from upbeat.workflows.effects import effects_of
from upbeat.workflows.files import Definitions
from upbeat.workflows.filling import check_own
from upbeat.workflows.model import Scalar
from upbeat.workflows.texts import Texts
from upbeat.workflows.version import content, version_of
from upbeat.workflows.workflow import Outcome, Step, Workflow

_STARTS: Mapping[str, frozenset[Change]] = {
    "created": frozenset({Change.CREATED}),
    "updated": frozenset({Change.UPDATED}),
    "changed": frozenset({Change.CREATED, Change.UPDATED}),
    "schedule": frozenset({Change.DUE}),
    "request": frozenset({Change.ASKED}),
    "user": frozenset({Change.ASKED}),
    "captured": frozenset({Change.CAPTURED}),
}


@dataclass(frozen=True, slots=True)
class Draft:
    """What came of compiling: the workflow where nothing is wrong, and the steps that are right, by position."""

    workflow: Workflow | None
    steps: Mapping[int, Step]
    problems: tuple[Problem, ...]


def compile_workflow(definition: Definition, definitions: Definitions, catalogue: Catalogue) -> Workflow:
    """Give a workflow in the form that runs; `definitions` holds its agents and pools.

    Raises DefinitionError with every problem in it.
    """
    found = draft(definition, definitions, catalogue)
    if found.workflow is None:
        raise DefinitionError(found.problems or definitions.problems)
    return found.workflow


def draft(definition: Definition, definitions: Definitions, catalogue: Catalogue) -> Draft:
    """Compile as far as it goes, and say all that is in the way."""
    try:
        target = catalogue.schema.object(definition.trigger.object)
    except SchemaError as error:
        problem = Problem(definition.place("trigger", "object"), error.what, error.fix)
        return Draft(None, {}, (problem,))
    if why := _not_stored(target):
        fix = "Capture the data into a native object, such as Task, Event or a custom object, and name that one."
        return Draft(None, {}, (Problem(definition.place("trigger", "object"), why, fix),))
    return _Compiler(definition, definitions, catalogue, target).run()


def _not_stored(one: Object) -> str:
    """Say why no trigger can stand on an object, or nothing: what it asks about must lie in the org as records."""
    if not one.queryable:
        return f"{one.name} cannot be queried: the org shows its data and does not store it as records"
    return f"the rows of {one.name} lie outside the org, which keeps no history of them" if one.external else ""


class _Compiler:
    """One pass over one definition."""

    def __init__(self, definition: Definition, definitions: Definitions, catalogue: Catalogue, target: Object) -> None:
        self.definition = definition
        self.definitions = definitions
        self.catalogue = catalogue
        self.functions = catalogue.functions
        self.target = target
        self.thresholds = {name: _exact(one.value) for name, one in definition.thresholds.items()}
        known = {f"$Threshold.{name}": _type_of(value) for name, value in self.thresholds.items()}
        signals = catalogue.signals.values()
        known |= globals_of(signals, target.name)
        formulas = formulas_of(signals, target.name, catalogue.schema)
        scope = Scope(catalogue.schema, target.name, known, formulas, time_zone=catalogue.time_zone)
        self.texts = Texts(definition, scope)
        self.arguments = Arguments(self.texts, target, definitions, catalogue)
        self.agents: dict[str, Agent] = {}
        self.complete = True  # false where something named stands in a file that could not be read

    def run(self) -> Draft:
        when = self.texts.condition(("trigger", "when"), self.definition.trigger.when)
        watched = self._watched(when)
        made = [self._step(index, one) for index, one in enumerate(self.definition.steps)]
        outcomes = tuple(self._outcome(name, one) for name, one in self.definition.outcomes.items())
        self._ends(outcomes)
        self._priors(watched)
        steps = {index: step for index, step in enumerate(made) if step is not None}
        reads = {path for step in steps.values() for path in step.reads}
        fields = tuple(sorted({"Id", *watched, *self.texts.fields, *reads}))
        completeness = self._completeness(fields)
        problems = (*self.texts.problems, *self._unused())
        if when is None or self.texts.problems or not (self.complete and self.arguments.complete):
            return Draft(None, steps, problems)
        flow = self._workflow(when, watched, tuple(steps.values()), outcomes, fields, completeness)
        return Draft(flow, steps, problems)

    def _workflow(
        self,
        when: Formula,
        watched: tuple[str, ...],
        steps: tuple[Step, ...],
        outcomes: tuple[Outcome, ...],
        fields: tuple[str, ...],
        completeness: Mapping[str, int],
    ) -> Workflow:
        written = self.definition
        pools = {name: self.definitions.pools[name] for name in self.arguments.pools}
        text = content(written, self.agents, pools, self.arguments.providers, self.arguments.methodologies)
        return Workflow(
            name=written.workflow,
            version=version_of(text),
            text=text,
            title=written.title,
            metric=written.metric,
            owner=written.owner,
            mode=written.mode,
            rollback=written.rollback,
            limits=written.limits,
            object=self.target.name,
            starts=_STARTS[written.trigger.start],
            every=times.schedule(written.trigger.every) if written.trigger.every else None,
            watched=watched,
            when=when,
            thresholds=self.thresholds,
            if_still_true=written.trigger.if_still_true,
            steps=steps,
            outcomes=outcomes,
            fields=fields,
            completeness=completeness,
            despite=written.despite,
            signals=tuple(
                sorted(one.removeprefix("$Signal.") for one in self.texts.globals if one.startswith("$Signal."))
            ),
            agents=self.agents,
            pools=self.arguments.pools,
            providers=self.arguments.providers,
            methodologies=self.arguments.methodologies,
        )

    def _completeness(self, fields: tuple[str, ...]) -> Mapping[str, int]:
        """Give the least percentage of each field that the file names, by its path as it is read."""
        read, found = {one.casefold(): one for one in fields}, dict[str, int]()
        for name, one in self.definition.completeness.items():
            if name.casefold() in read:
                found[read[name.casefold()]] = one.least
            else:
                fix = suggest(name, fields) or "Remove it."
                self.texts.refuse(("completeness", name), f"nothing here reads {name}", fix)
        return found

    def _watched(self, when: Formula | None) -> tuple[str, ...]:
        """Give the fields whose change starts the workflow: those listed, else the record's own that `when` reads."""
        trigger = self.definition.trigger
        if Change.UPDATED not in _STARTS[trigger.start]:
            return ()
        listed = [self.arguments.field(("trigger", "watches", index), one) for index, one in enumerate(trigger.watches)]
        read = sorted(one for one in when.fields | when.prior if "." not in one) if when else []
        found = tuple(one.name for one in listed if one is not None) if listed else tuple(read)
        if when is not None and not trigger.watches and not found:
            self.texts.refuse(
                ("trigger", "start"), "there is no field whose change would start it", "Add 'watches: [...]'."
            )
        return found

    def _step(self, index: int, written: StepDefinition) -> Step | None:
        path: Path = ("steps", index)
        before = len(self.texts.problems)
        if written.step in [one.step for one in self.definition.steps[:index]]:
            self.texts.refuse((*path, "step"), f"two steps are called {written.step}", "Give each a name of its own.")
        self._agent((*path, "agent"), written.agent)
        when = None if written.when is None else self.texts.condition((*path, "when"), written.when)
        spec = self.functions.get(written.use)
        if spec is None:
            fix = suggest(written.use, self.functions) or f"Known: {', '.join(self.functions)}."
            self.texts.refuse((*path, "use"), f"there is no function {written.use}", fix)
            self.texts.unknown.add(f"$Step.{written.step}.")
            return None
        if spec.objects and self.target.name not in spec.objects:
            what = f"{spec.name} is for {' and '.join(spec.objects)}, and this is about {self.target.name}"
            self.texts.refuse((*path, "use"), what, "Use it in a workflow about one of them.")
        values = self.arguments.values(path, spec, written.arguments)
        to_model = self._to_model(written, spec)
        for name in to_model:
            check_own(self.texts, (*path, name), values.get(name))
        gives = {**spec.gives, **spec.gives_of(values)}
        for key, kind in gives.items():
            self.texts.know(f"$Step.{written.step}.{key}", kind)
        if len(self.texts.problems) > before:
            self.texts.unknown.add(f"$Step.{written.step}.")  # what it gives may depend on what is wrong with it
            return None
        asked = Tier.REVIEW if spec.asks_person and not spec.verbs else Tier.AUTO
        return Step(
            name=written.step,
            agent=written.agent,
            use=written.use,
            owner=written.owner or self.definition.owner,
            tier=written.tier or asked,
            when=when,
            values=values,
            reads=self._reads(spec, when, values),
            writes=spec.writes(values, self.target.name),
            changes=spec.changed(values, self.target.name),
            sends=self._sends(spec, values, to_model),
            gives=tuple(gives),
            unread=written.unread,
            effects=effects_of(spec, values, self.target.name, self.catalogue.schema),
        )

    def _sends(self, spec: FunctionSpec, values: Mapping[str, Any], to_model: tuple[str, ...]) -> frozenset[str]:
        """Give the fields whose values leave the machine."""
        names = to_model if spec.stays(values) else (*spec.sends, *to_model)
        return frozenset(path for name in names for one in compiled_in(values.get(name)) for path in one.fields)

    def _to_model(self, written: StepDefinition, spec: FunctionSpec) -> tuple[str, ...]:
        """Give the parameters whose texts a model reads."""
        agent = self.agents.get(written.agent)
        return spec.to_model if agent is not None and agent.has_model else ()

    def _reads(self, spec: FunctionSpec, when: Formula | None, values: Mapping[str, Any]) -> frozenset[str]:
        """Give all that a step reads of the record: its condition, its texts, its function, its pool."""
        named = [values.get(name) for name, one in spec.parameters.items() if one.kind is Kind.POOL]
        pools = [self.arguments.pools[name] for name in named if name in self.arguments.pools]
        texts = [found for value in values.values() for found in compiled_in(value)]
        return spec.reads(values, self.target.name).union(
            when.fields if when else (), *(one.fields for one in texts), *(one.fields for one in pools)
        )

    def _agent(self, path: Path, name: str) -> None:
        if name in self.definitions.agents:
            self.agents[name] = self.definitions.agents[name]
        elif f"agents/{name}.yaml" in self.definitions.unread:
            self.complete = False
        else:
            fix = suggest(name, self.definitions.agents) or f"Write agents/{name}.yaml."
            self.texts.refuse(path, f"there is no agent {name}", fix)

    def _outcome(self, name: str, written: OutcomeDefinition) -> Outcome:
        path: Path = ("outcomes", name)
        when = None if written.when is None else self.texts.text((*path, "when"), written.when)
        if isinstance(when, str) or (isinstance(when, Text) and when.type is not Type.BOOLEAN):
            self.texts.refuse(
                (*path, "when"), "an outcome's 'when' is true or false", "Write one '{!...}' with a formula."
            )
            when = None
        to = None if written.to is None else self.texts.text((*path, "to"), written.to)
        return Outcome(name, when, written.due, written.then or "", to)

    def _priors(self, watched: tuple[str, ...]) -> None:
        """Refuse to ask for a prior value that is never known, as a condition on it would never fire."""
        start = self.definition.trigger.start
        if start == "created" or (self.definition.trigger.watches and not watched):
            return
        for field in sorted(self.texts.prior - set(watched)):
            what = f"the prior value of {field} is asked, and it is known of watched fields only"
            fix = (
                f"Add {field} to 'watches'." if watched and "." not in field else f"Leave it out: it starts on {start}."
            )
            self.texts.refuse(("trigger", "when"), what, fix)

    def _ends(self, outcomes: tuple[Outcome, ...]) -> None:
        """Hold law 2: the last outcome, and it alone, says with whom an item stands that no other has ended."""
        late = [one.name for one in outcomes if one.due is not None]
        if not late:
            what = "no outcome has a due time: an item that none of them ends would stand with nobody"
            fix = "Add 'waiting: {due: 2 days, then: escalate, to: ...}' with a person."
            self.texts.refuse(("outcomes",), what, fix)
        elif late[0] != outcomes[-1].name:
            what = f"what stands below {late[0]} is never reached: an outcome with a due time always holds"
            self.texts.refuse(("outcomes", late[0]), what, "Put the one outcome with a due time last.")

    def _unused(self) -> list[Problem]:
        if self.texts.problems:
            return []  # a formula that could not be read may be the one that uses it
        used = {one.removeprefix("$Threshold.") for one in self.texts.globals if one.startswith("$Threshold.")}
        return [
            Problem(
                self.definition.place("thresholds", name),
                f"no formula reads $Threshold.{name}",
                "Use it, or remove it.",
                Severity.ADVICE,
            )
            for name in self.thresholds
            if name not in used
        ]


def _exact(value: Scalar) -> Scalar:
    """Give a whole number as the Decimal that formulas count in."""
    return Decimal(value) if isinstance(value, int) and not isinstance(value, bool) else value


def _type_of(value: Scalar) -> Type:
    return Type.BOOLEAN if isinstance(value, bool) else Type.TEXT if isinstance(value, str) else Type.NUMBER
