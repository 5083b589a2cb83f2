"""enrich: fills fields from what a source said of the record, and never over a value that is better."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC
from typing import Any

from upbeat.domain import Proposal, Quote, Record, Verb
from upbeat.formula import Type
from upbeat.steps.better import Choice, Verdict, choose, fact_of
from upbeat.steps.case import Case, Function, Result, to_json
from upbeat.steps.enriched import NOT_ASKED, Enriched
from upbeat.workflows import Fill, FunctionSpec, Kind, Parameter, Provider, filled

ACCOUNT = "Account"


def _run(case: Case) -> Result:
    args, provider = case.args, case.args["provider"]
    found = case.enriched or Enriched(source=provider.provider, status=NOT_ASKED)
    own: Record = {**case.record, "Id": case.item.event.record_id}
    targets: list[tuple[str, Record, Any, Any]] = [
        (case.item.event.object, own, args.get("fill", {}), args.get("stamp", {}))
    ]
    if found.account is not None:
        targets.append((ACCOUNT, found.account, args.get("fill_account", {}), args.get("stamp_account", {})))
    proposals, choices = list[Proposal](), list[Choice]()
    for target, record, fills, stamp in targets:
        chosen = _choose(fills, found, provider, record)
        choices += chosen
        proposals += _proposals(case, target, record, [one for one in chosen if one.verdict is Verdict.FILLED], stamp)
    counted = (Verdict.FILLED, Verdict.KEPT, Verdict.DROPPED)
    counts = {str(kind): sum(one.verdict is kind for one in choices) for kind in counted}
    said = {"status": found.status, "source": found.source, "why": "; ".join(_words(found, choices))}
    return Result({**_facts(provider, found), **said, **counts}, tuple(proposals))


def _choose(fills: Mapping[str, Fill], found: Enriched, provider: Provider, record: Record) -> list[Choice]:
    return [choose(one, found, provider, record) for one in fills.values()]


def _proposals(
    case: Case, target: str, record: Record, chosen: Sequence[Choice], stamp: Mapping[str, Any]
) -> Iterator[Proposal]:
    """Give the change of one record with its provenance: the source's own word for each value, and the stamp."""
    found = case.enriched
    if found is None or not chosen:
        return
    after = {one.fill.field.name: one.value for one in chosen}
    after |= {name: to_json(value) for name, value in stamp.items()}
    before = {name: record.get(name) for name in after}
    keys = ", ".join(f"{name} {value}" for name, value in found.sent.items())
    at = found.at or case.now.astimezone(UTC)
    quotes = (Quote(one.fill.field.name, str(found.values[one.fill.fact]), found.source, at) for one in chosen)
    reasons = (f"{found.source} says so of {keys}", *case.reasons)
    made = case.propose(Verb.UPDATE, target, str(record["Id"]), before, after, reasons)
    yield replace(made, quotes=tuple(quotes))


def _words(found: Enriched, choices: Sequence[Choice]) -> Iterator[str]:
    yield f"{found.source}: {found.status}" + (f", {found.why}" if found.why else "")
    yield from (f"{one.fill.field.name} {one.verdict}: {one.why}" for one in choices if one.why)


def _facts(provider: Provider, found: Enriched) -> dict[str, Any]:
    """Give every fact by its name, None where it is not known or is none of its kind."""
    pairs = ((name, given, found.values.get(name)) for name, given in provider.gives.items())
    return {name: None if raw is None else fact_of(given, raw)[0] for name, given, raw in pairs}


def _writes(args: Mapping[str, Any], target: str) -> frozenset[tuple[str, str]]:
    own = ((target, name) for name in filled(args.get("fill"), args.get("stamp")))
    account = ((ACCOUNT, name) for name in filled(args.get("fill_account"), args.get("stamp_account")))
    return frozenset({*own, *account})


def _reads(args: Mapping[str, Any], _object: str) -> frozenset[str]:
    return filled(args.get("fill"), args.get("stamp"))


def _gives(args: Mapping[str, Any]) -> Mapping[str, Type]:
    provider = args.get("provider")
    return provider.types() if isinstance(provider, Provider) else {}


def _stays(args: Mapping[str, Any]) -> bool:
    provider = args.get("provider")
    return isinstance(provider, Provider) and not provider.leaves


ENRICH = Function(
    FunctionSpec(
        name="enrich",
        does="Asks a source about the record, waits for its answer or its time, and fills fields that have no better "
        "value; the facts are given to later steps by their names.",
        parameters={
            "provider": Parameter(Kind.PROVIDER),
            "ask": Parameter(Kind.TEXTS),
            "fill": Parameter(Kind.FILLS, required=False),
            "stamp": Parameter(Kind.FIELDS, required=False),
            "account": Parameter(Kind.TEXT, required=False),
            "fill_account": Parameter(Kind.FILLS, required=False, of=ACCOUNT),
            "stamp_account": Parameter(Kind.FIELDS, required=False, of=ACCOUNT),
        },
        needs={
            "stamp": "fill",
            "account": "fill_account",
            "fill_account": "account",
            "stamp_account": "fill_account",
        },
        verbs=frozenset({Verb.UPDATE}),
        writes=_writes,
        reads=_reads,
        sends=("ask",),
        stays=_stays,
        gives={
            "status": Type.TEXT,
            "why": Type.TEXT,
            "source": Type.TEXT,
            "filled": Type.NUMBER,
            "kept": Type.NUMBER,
            "dropped": Type.NUMBER,
        },
        gives_of=_gives,
    ),
    _run,
)
