"""upbeat formula: a condition read and tried by itself, before it stands in a workflow or in the org."""

from collections.abc import Callable, Generator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any, cast

import msgspec
import typer

from upbeat import operations
from upbeat.app import NoWorkspaceError, find_workspace
from upbeat.base import Clock, SystemClock, UpbeatError, decode
from upbeat.cli.frame import Dir, Json, err, moment, out, show, table, told, workspace
from upbeat.cli.given import read_bytes, text_of
from upbeat.formula import Formula, plain
from upbeat.operations import Anatomy, Answer, Ground, Refused

app = typer.Typer(no_args_is_help=True, help="Formulas by themselves: their value, why, their parts, as a rule.")

_AS_JSON = "Write it in single quotes, as '{\"Amount\": 60000}', or name a file: @values.json."

Text = Annotated[str, typer.Argument(metavar="FORMULA", help="The formula in quotes; - reads it from standard input.")]
File = Annotated[Path | None, typer.Option("--file", help="Read the formula from this file.")]
Target = Annotated[str, typer.Option("--object", help="The object of the records that it is about: Opportunity.")]
Record = Annotated[str, typer.Option("--record", help="The id of a record of the org to try it on.")]
Fields = Annotated[str, typer.Option("--fields", help="JSON, or @FILE with it: values to try it on, by field.")]
Prior = Annotated[str, typer.Option("--prior", help="JSON, or @FILE: what fields were before the change.")]
Given = Annotated[str, typer.Option("--globals", help="JSON, or @FILE: values of $Threshold and other globals.")]
Now = Annotated[str, typer.Option("--now", help="The moment that it is then: 2026-11-16, or 2026-11-16T09:30+01:00.")]
New = Annotated[bool, typer.Option("--new", help="See the record as it is being created.")]
Zero = Annotated[bool, typer.Option("--blank-as-zero", help="Treat a blank number as zero, as a formula field may.")]
Standard = Annotated[bool, typer.Option("--standard", help="Read it against the standard objects and ask no org.")]


class Form(StrEnum):
    """What a formula is exported as."""

    RULE = "rule"
    SOQL = "soql"
    DUCKDB = "duckdb"


@dataclass(frozen=True)
class _Asked:
    """A formula as a command was given it."""

    formula: Formula
    ground: Ground
    given: dict[str, Any]
    now: datetime


def _trying(name: str, does: str, words: Callable[[Answer], None]) -> None:
    """Add a command that tries a formula, and tells of the answer in its own words."""

    @app.command(name, help=does)
    @told
    def command(
        text: Text = "",
        file: File = None,
        target: Target = "",
        record: Record = "",
        fields: Fields = "",
        prior: Prior = "",
        given: Given = "",
        now: Now = "",
        new: New = False,
        zero: Zero = False,
        standard: Standard = False,
        folder: Dir = None,
        as_json: Json = False,
    ) -> None:
        target = target or (operations.object_of(record) if record else "")
        before = _json("--prior", prior) if prior else None
        with _asked(text, file, target, given, now, zero, standard, folder) as asked:
            one = asked.formula
            if record and fields:
                raise Refused("a formula is tried on a record or on fields", fix="Leave --record or --fields out.")
            if record:
                trial = operations.on_record(one, record, asked.ground, before, asked.given)
            elif fields or not one.fields:
                trial = operations.on_values(one, _json("--fields", fields), before, asked.given)
            else:
                fix = f"Add --record ID, or --fields '{{\"{min(one.fields)}\": ...}}'."
                raise Refused("there is nothing to try it on", fix=fix)
            found = operations.evaluate(trial, asked.now, new=new)
        if not as_json:
            _note(asked.ground)
            if found.blank:
                err.print(f"Not given, so blank: {', '.join(found.blank)}.", style="yellow", markup=False)
        show({**asdict(found), "against": asked.ground.name}, as_json=as_json, words=lambda: words(found))


def _value(found: Answer) -> None:
    out.print(_shown(found.value), markup=False, soft_wrap=True)


def _why(found: Answer) -> None:
    out.print(f"{_shown(found.value)}, because {found.words}" if found.words else _shown(found.value), markup=False)
    for name, value in found.facts.items():
        out.print(f"  {name}: {value}", markup=False)


_trying("eval", "Give a formula's value, on a record of the org or on values by hand.", _value)
_trying("explain", "Say why a formula has its value: what decided it, with the values.", _why)


@app.command()
@told
def types(
    text: Text = "",
    file: File = None,
    target: Target = "",
    given: Given = "",
    now: Now = "",
    zero: Zero = False,
    standard: Standard = False,
    folder: Dir = None,
    as_json: Json = False,
) -> None:
    """Say what a formula is: its type, what it reads, and what becomes of it in SOQL, DuckDB and a validation rule."""
    with _asked(text, file, target, given, now, zero, standard, folder) as asked:
        found = operations.dissect(asked.formula, asked.given, asked.now)
    if not as_json:
        _note(asked.ground)
    show({**asdict(found), "against": asked.ground.name}, as_json=as_json, words=lambda: _parts(found))


def _parts(found: Anatomy) -> None:
    out.print(f"[bold]{found.type}[/bold], on {found.object}")
    out.print(found.formula, markup=False, soft_wrap=True)
    rows = [(one.path, one.type, one.label, "now and before" if one.prior else "") for one in found.fields]
    table("\nFields", ["path", "type", "label", "read"], rows, "\nIt reads no field.")
    if found.globals:
        out.print(f"\nGlobals: {', '.join(found.globals)}", markup=False)
    rest = "exactly these records" if found.exact else "the formula is evaluated on what it finds"
    soql = f"{found.soql} ({rest})" if found.soql else "nothing can be asked, the formula is evaluated on all records"
    out.print(f"\nSOQL: {soql}", markup=False, soft_wrap=True)
    rule, duckdb = found.rule, found.duckdb
    out.print(f"Validation rule: {rule.text or f'no, {rule.why_not}'}", markup=False, soft_wrap=True)
    out.print(f"DuckDB: {'yes' if duckdb.text else f'no, {duckdb.why_not}'}", markup=False, soft_wrap=True)


@app.command()
@told
def export(
    text: Text = "",
    file: File = None,
    target: Target = "",
    form: Annotated[Form, typer.Option("--to", help="A validation rule, a SOQL query, or DuckDB's SQL.")] = Form.RULE,
    name: Annotated[str, typer.Option(help="The rule's API name.")] = "",
    message: Annotated[str, typer.Option(help="What the rule tells whoever saves: what to do.")] = "",
    field: Annotated[str, typer.Option(help="The field at which the message is shown, else the top of the page.")] = "",
    description: Annotated[str, typer.Option(help="Why there is the rule, for admins.")] = "",
    inactive: Annotated[bool, typer.Option("--inactive", help="A rule that refuses nothing yet.")] = False,
    xml: Annotated[bool, typer.Option("--xml", help="Print the rule's metadata file.")] = False,
    folder_out: Annotated[
        Path | None,
        typer.Option("--out", help="Write the metadata file below this package folder: force-app/main/default."),
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Write over another rule of the name.")] = False,
    given: Given = "",
    now: Now = "",
    zero: Zero = False,
    standard: Standard = False,
    folder: Dir = None,
    as_json: Json = False,
) -> None:
    """Print a condition as the org takes it: as the rule that refuses the saves for which it is true, or as a query."""
    with _asked(text, file, target, given, now, zero, standard, folder) as asked:
        if form is not Form.RULE:
            (_query if form is Form.SOQL else _columns)(asked, as_json=as_json)
            return
        if (xml or folder_out) and not (name and message):
            fix = "Add --name Next_Step_needed and --message 'Fill in the Next Step.'"
            raise Refused("a rule's file needs its name and its message", fix=fix)
        words = {"name": name, "message": message}
        rule = asked.formula.to_validation_rule(
            **{key: word for key, word in words.items() if word},
            field=field,
            description=description,
            active=not inactive,
            globals=asked.given,
        )
        written = operations.write_rule(rule, folder_out, force=force) if folder_out else None
    if not as_json:
        _note(asked.ground)
        for warning in rule.warnings:
            err.print(f"advice: {warning}", style="yellow", markup=False)
    printed = f"Wrote {written}." if written else rule.xml.rstrip() if xml else rule.formula
    found = {**asdict(rule), "path": rule.path, "xml": rule.xml, "written": str(written or "")}
    show(found, as_json=as_json, words=lambda: out.print(printed, markup=False, soft_wrap=True))


def _query(asked: _Asked, *, as_json: bool) -> None:
    found = operations.dissect(asked.formula, asked.given, asked.now)
    query = f"SELECT Id FROM {found.object}{f' WHERE {found.soql}' if found.soql else ''}"  # noqa: S608 - to be read
    if not as_json:
        _note(asked.ground)
        if not found.exact:
            err.print(
                "advice: it finds every record for which the formula is true, and may find others.", style="yellow"
            )
    shown = {"query": query, "exact": found.exact}
    show(shown, as_json=as_json, words=lambda: out.print(query, markup=False, soft_wrap=True))


def _columns(asked: _Asked, *, as_json: bool) -> None:
    found = asked.formula.to_duckdb(asked.given, asked.now)
    if not as_json:
        _note(asked.ground)
        columns = ", ".join(f"{name} {kind}" for name, kind in found.columns.items())
        err.print(f"advice: its columns are {columns}.", style="yellow", markup=False)
    show(found, as_json=as_json, words=lambda: out.print(found.sql, markup=False, soft_wrap=True))


# --- what a command was given ---------------------------------------------------------------------


@contextmanager
def _asked(
    text: str, file: Path | None, target: str, given: str, now: str, zero: bool, standard: bool, folder: Path | None
) -> Generator[_Asked]:
    """Read the formula, and hold the org open while it is used."""
    written, known = text_of("formula", text, file), operations.nested(_json("--globals", given))
    given_moment = _moment(now) if now else None
    with _ground(standard, folder) as (ground, clock):
        one = operations.read_formula(written, target, ground, known, blank_as_zero=zero)
        yield _Asked(one, ground, known, given_moment or clock.now())


@contextmanager
def _ground(standard: bool, folder: Path | None) -> Generator[tuple[Ground, Clock]]:
    """Open the workspace's org; without a workspace, or where asked, there are the standard objects."""
    try:
        if folder is None:
            find_workspace(None, Path.cwd())
        here = not standard
    except NoWorkspaceError:
        here = False
    if not here:
        yield Ground(), SystemClock()
        return
    with workspace(folder) as space:
        try:
            ground = Ground(space.organization.name, str(space.zone), space.reader)
        except UpbeatError as error:
            raise Refused(
                error.what, where=str(error.where), fix=f"{error.fix} Without the org: --standard."
            ) from error
        yield ground, space.clock


def _note(ground: Ground) -> None:
    if ground.reader is None:
        err.print(f"Read against {ground.name}: custom fields are known in a workspace.", style="dim", markup=False)


def _json(option: str, written: str) -> dict[str, Any]:
    """Read a JSON object that stands in an option, or in the file that it names after an @."""
    if not written:
        return {}
    try:
        found = decode(read_bytes(Path(written[1:])) if written.startswith("@") else written)
    except (msgspec.DecodeError, RecursionError) as error:
        raise Refused(f"this is no JSON: {error}", where=option, fix=_AS_JSON) from None
    if not isinstance(found, dict):
        raise Refused("this is no JSON object", where=option, fix=_AS_JSON)
    return cast("dict[str, Any]", found)


def _moment(written: str) -> datetime:
    try:
        return moment(written)
    except ValueError:
        raise Refused(f"{written!r} is no moment", where="--now", fix="Write 2026-11-16T09:30+01:00.") from None


def _shown(value: Any) -> str:
    return "blank" if value is None else plain(value)
