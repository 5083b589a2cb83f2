"""upbeat routing match: leads of a file to accounts of another, as routing matches them, field by field."""

import csv
from collections.abc import Iterable, Mapping, Sequence
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any, Final

import typer

from upbeat.cli.frame import Json, counted, err, out, show, table, told, working
from upbeat.matching import EVERY, Likeness, Way
from upbeat.matching.choosing import Considered, Marks, Verdict, percent
from upbeat.operations import Refused
from upbeat.operations.matching import (
    Figures,
    Matched,
    Matches,
    Pair,
    Pairs,
    Sheet,
    Tally,
    match_leads,
    match_pairs,
    read_truth,
)

_VERDICTS: Final = {Verdict.SAME: "matched", Verdict.DOUBT: "a person says", Verdict.NONE: "no account"}
MARKS: Final = Marks()
_COLUMNS: Final = ("lead", "verdict", "account", "score", "why", "candidates")


class Show(StrEnum):
    """Which leads or pairs are shown field by field."""

    DOUBTS = "doubts"
    MATCHES = "matches"
    WRONG = "wrong"
    MISSED = "missed"
    NOTHING = "nothing"


Leads = Annotated[Path | None, typer.Option(help="A CSV file of leads.")]
Accounts = Annotated[Path | None, typer.Option(help="A CSV file of accounts.")]
Truth = Annotated[Path | None, typer.Option(help="A CSV file that says which account each lead belongs to, or none.")]
Names = Annotated[Path | None, typer.Option("--pairs", help="A CSV file of bare names, two in a row, and no leads.")]
Mapped = Annotated[
    list[str] | None,
    typer.Option("--map", help="What a column says: company='Firm name', or accounts.street=Addr for one file."),
]
TruthColumns = Annotated[str, typer.Option(help="The columns of the lead's id and of the account's.")]
PairColumns = Annotated[str, typer.Option(help="The columns of the two names.")]
Label = Annotated[str, typer.Option(help="The column that says whether a pair is one company; it may be missing.")]
By = Annotated[list[Way] | None, typer.Option("--by", help="A way that may count, once for each; else all.")]
Certain = Annotated[float, typer.Option(min=0.0, max=1.0, help="As sure as this it is the account, without a person.")]
Doubtful = Annotated[float, typer.Option(min=0.0, max=1.0, help="Less sure than this it is none; between, a person.")]
Out = Annotated[Path | None, typer.Option("--out", help="Write what was found to this CSV file.")]
Shown = Annotated[Show, typer.Option("--show", help="Which leads are shown field by field.")]
Most = Annotated[int, typer.Option("--most", min=0, help="How many of them.")]


@told
def match(
    leads: Leads = None,
    accounts: Accounts = None,
    truth: Truth = None,
    pairs: Names = None,
    mapped: Mapped = None,
    truth_columns: TruthColumns = "lead,account",
    pair_columns: PairColumns = "name1,name2",
    label: Label = "is_match",
    by: By = None,
    certain: Certain = MARKS.certain,
    doubtful: Doubtful = MARKS.doubtful,
    to: Out = None,
    shown: Shown = Show.DOUBTS,
    most: Most = 5,
    as_json: Json = False,
) -> None:
    """Match leads to accounts over files, as routing does, with each field's reasons; no org is asked.

    With --truth it says how good that is: precision, recall, F1, and the leads that have no account on their own.
    """
    if certain < doubtful:
        raise Refused("what is certain is less sure than what is doubtful", fix="Give a --certain above --doubtful.")
    marks = Marks(certain, doubtful)
    if pairs is not None:
        if leads or accounts or truth:
            raise Refused("pairs are matched by themselves", fix="Leave --leads, --accounts and --truth out.")
        named = match_pairs(pairs, _two(pair_columns, "--pair-columns"), label, marks)
        if to is not None:
            _write(to, ("name1", "name2", "verdict", "score", "why"), map(_pair_row, named.pairs))
        show(_pairs_json(named), as_json=as_json, words=lambda: _pairs_words(named, shown, most))
        return
    if leads is None or accounts is None:
        raise Refused("there is nothing to match", fix="Name --leads and --accounts, or --pairs.")
    named_columns = mapped or ()
    given = Sheet.read(leads, _said(named_columns, "leads")), Sheet.read(accounts, _said(named_columns, "accounts"))
    right = read_truth(truth, _two(truth_columns, "--truth-columns")) if truth else None
    for warning in (warning for sheet in given for warning in sheet.warnings):
        err.print(warning, style="yellow", markup=False)
    with working("Matching", quiet=as_json) as progress:
        found = match_leads(given[0], given[1], marks, frozenset(by) if by else EVERY, right, progress)
    if to is not None:
        _write(to, _COLUMNS, map(_row, found.leads))
    show(_json(found, given), as_json=as_json, words=lambda: _words(found, given, shown, most))


def _said(mapped: Iterable[str], kind: str) -> dict[str, str]:
    """Give the columns that a person named for one of the files: those without a file's name are for both."""
    found = dict[str, str]()
    for text in mapped:
        thing, equals, column = text.partition("=")
        if not (equals and thing and column):
            raise Refused(f"{text!r} names no column", where="--map", fix="Write company='Firm name'.")
        file, dot, its = thing.partition(".")
        if dot and file not in {"leads", "accounts"}:
            raise Refused(
                f"there is no file {file!r}", where="--map", fix="Write leads.company=... or accounts.company=..."
            )
        if not dot or file == kind:
            found[its if dot else thing] = column
    return found


def _two(text: str, option: str) -> tuple[str, str]:
    parts = [part.strip() for part in text.split(",")]
    if len(parts) != 2 or not all(parts):
        raise Refused(f"{text!r} names no two columns", where=option, fix="Write both with a comma between: one,other.")
    return parts[0], parts[1]


def _words(found: Matches, given: Sequence[Sheet], shown: Show, most: int) -> None:
    """Say which columns were read, show some leads field by field, and count."""
    for sheet in given:
        said = ", ".join(f"{column} is {thing.replace('_', ' ')}" for thing, column in sheet.columns.items())
        out.print(f"{sheet.path.name}: {said}", style="dim", markup=False)
    for one in _chosen(found, shown)[:most]:
        _one(one, most=3)
    same, doubts, none = (f"{len(found.of(verdict)):,}" for verdict in (Verdict.SAME, Verdict.DOUBT, Verdict.NONE))
    out.print(f"\n{counted(len(found.leads), 'lead')}, {counted(found.accounts, 'account')}:", end=" ")
    out.print(f"{same} matched, {doubts} for a person to say, {none} without an account.")
    if found.figures:
        _figures(found.figures)


def _figures(found: Figures) -> None:
    _tallies(
        [
            ("decided alone, doubts open", found.certain),
            ("and doubts settled by people", found.settled),
            ("without people, the likeliest", found.likeliest),
        ]
    )
    out.print(
        f"\n{counted(found.doubts, 'doubt')}: the right account is among the candidates of {found.doubts_right:,}."
    )
    wrong, doubts = found.without_matched, found.without_doubts
    out.print(f"{counted(found.without, 'lead')} without a right account: {wrong:,} matched wrongly,", end=" ")
    out.print(f"{doubts:,} for a person to say, {found.without - wrong - doubts:,} rightly left.")


def _chosen(found: Matches, shown: Show) -> list[Matched]:
    if shown is Show.WRONG:
        return [one for one in found.leads if one.right is not None and one.account and one.account not in one.right]
    if shown is Show.MISSED:
        return [one for one in found.of(Verdict.NONE) if one.right]
    if shown is Show.NOTHING:
        return []
    return found.of(Verdict.DOUBT if shown is Show.DOUBTS else Verdict.SAME)


def _one(one: Matched, most: int) -> None:
    """Show a lead beside its candidates, a row for each field that says something."""
    candidates = (one.choice.candidates or one.near)[:most]
    label = "" if one.right is None else f"; people say {', '.join(sorted(one.right)) or 'none'}"
    title = f"\n{one.id} {one.told.company}: {_VERDICTS[one.choice.verdict]}{label}"
    rows = [
        (each.id, percent(each.likeness.score), field.way, field.one, field.other, f"{field.weight:+.1f}", field.says)
        for each in candidates
        for field in each.likeness.agreements
    ]
    table(title, ("account", "sure", "field", "lead says", "account says", "weight", "why"), rows, f"{title}.")


def _tallies(tallies: Iterable[tuple[str, Tally]]) -> None:
    rows = [
        (name, _share(one.precision), _share(one.recall), _share(one.f1), one.right, one.wrong, one.missed)
        for name, one in tallies
    ]
    table("\nAgainst the labels", ("", "precision", "recall", "F1", "right", "wrong", "missed"), rows, "")


def _share(share: float | None) -> str:
    return "none" if share is None else f"{share:.3f}"


def _pairs_words(found: Pairs, shown: Show, most: int) -> None:
    chosen = {
        Show.DOUBTS: [one for one in found.pairs if one.verdict is Verdict.DOUBT],
        Show.MATCHES: [one for one in found.pairs if one.verdict is Verdict.SAME],
        Show.WRONG: [one for one in found.pairs if one.verdict is not Verdict.NONE and one.right is False],
        Show.MISSED: [one for one in found.pairs if one.verdict is Verdict.NONE and one.right],
        Show.NOTHING: [],
    }[shown]
    rows = [(percent(one.likeness.score), one.one, one.other, _why(one.likeness)) for one in chosen[:most]]
    if rows:
        table(f"\n{shown.capitalize()}", ("sure", "one", "other", "why"), rows, "")
    counts = {verdict: sum(one.verdict is verdict for one in found.pairs) for verdict in Verdict}
    out.print(
        f"\n{counted(len(found.pairs), 'pair')}: {counts[Verdict.SAME]:,} the same, "
        f"{counts[Verdict.DOUBT]:,} for a person to say, {counts[Verdict.NONE]:,} different."
    )
    if found.certain and found.likeliest:
        marks = found.marks
        rows = [("the same", marks.doubtful, found.likeliest), ("of these, certain", marks.certain, found.certain)]
        _tallies([(f"{name}, from {percent(mark)} on", tally) for name, mark, tally in rows])


def _json(found: Matches, given: Sequence[Sheet]) -> dict[str, Any]:
    figures = found.figures
    return {
        "columns": {name: dict(sheet.columns) for name, sheet in zip(("leads", "accounts"), given, strict=True)},
        "marks": {"certain": found.marks.certain, "doubtful": found.marks.doubtful},
        "figures": figures
        and {
            "certain": _tally_json(figures.certain),
            "settled": _tally_json(figures.settled),
            "likeliest": _tally_json(figures.likeliest),
            "doubts": figures.doubts,
            "doubts_with_the_right_account": figures.doubts_right,
            "without_a_right_account": figures.without,
            "without_matched": figures.without_matched,
            "without_doubts": figures.without_doubts,
        },
        "leads": [
            {
                "id": one.id,
                "verdict": one.choice.verdict,
                "account": one.account,
                "why": one.choice.why,
                "candidates": [_candidate_json(each) for each in one.choice.candidates],
            }
            for one in found.leads
        ],
    }


def _candidate_json(one: Considered) -> dict[str, Any]:
    return {"id": one.id, "via": one.via, **_likeness_json(one.likeness)}


def _likeness_json(likeness: Likeness) -> dict[str, Any]:
    fields = [
        {
            "way": one.way,
            "lead": one.one,
            "account": one.other,
            "score": one.score,
            "weight": one.weight,
            "why": one.says,
        }
        for one in likeness.agreements
    ]
    return {"score": likeness.score, "fields": fields}


def _tally_json(one: Tally) -> dict[str, Any]:
    shares = {"precision": one.precision, "recall": one.recall, "f1": one.f1}
    return {**shares, "right": one.right, "wrong": one.wrong, "missed": one.missed}


def _pairs_json(found: Pairs) -> dict[str, Any]:
    return {
        "marks": {"certain": found.marks.certain, "doubtful": found.marks.doubtful},
        "certain": _tally_json(found.certain) if found.certain else None,
        "likeliest": _tally_json(found.likeliest) if found.likeliest else None,
        "pairs": [
            {
                "one": one.one,
                "other": one.other,
                "verdict": one.verdict,
                "same": one.verdict is not Verdict.NONE,
                "right": one.right,
                **_likeness_json(one.likeness),
            }
            for one in found.pairs
        ],
    }


def _why(likeness: Likeness) -> str:
    return "; ".join(one.says for one in likeness.agreements)


def _row(one: Matched) -> Mapping[str, object]:
    best = one.choice.candidates[0] if one.choice.candidates else None
    return {
        "lead": one.id,
        "verdict": one.choice.verdict,
        "account": one.account,
        "score": f"{best.likeness.score:.4f}" if best else "",
        "why": one.choice.why,
        "candidates": " ".join(each.id for each in one.choice.candidates),
    }


def _pair_row(one: Pair) -> Mapping[str, object]:
    return {
        "name1": one.one,
        "name2": one.other,
        "verdict": one.verdict,
        "score": f"{one.likeness.score:.4f}",
        "why": _why(one.likeness),
    }


def _write(path: Path, columns: Sequence[str], rows: Iterable[Mapping[str, object]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, columns)
        writer.writeheader()
        writer.writerows(rows)
