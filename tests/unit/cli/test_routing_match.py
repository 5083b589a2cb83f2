"""`upbeat routing match`: leads of a file to accounts of another, with reasons, figures and clear mistakes."""

import csv
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Type = Callable[..., Any]
LEADS = """Lead,Firm,Address,Zip,Tel
1,Trellwick Instruments,12 Harbor Road,60614,312 555 0187
2,Kessling Foods,4 Linden Ave,60615,
3,Quillmark,9 Mill Lane,60616,312 555 0111
4,Trellwick Foods,1 Elm Row,60617,
"""
ACCOUNTS = """Id,Name,BillingStreet,BillingPostalCode,Phone
A,"Trellwick Instruments, Inc.",12 Harbor Rd.,60614,(312) 555-0187
B,Kessling Foods International,4 Linden Avenue,60615,
C,Marrowby Dental,9 Mill Ln,60616,312-555-0111
"""
TRUTH = "lead,account\n1,A\n2,B\n3,\n4,\n"


@pytest.fixture
def files(tmp_path: Path) -> dict[str, Path]:
    texts = {"leads": LEADS, "accounts": ACCOUNTS, "truth": TRUTH}
    for name, text in texts.items():
        (tmp_path / f"{name}.csv").write_text(text)
    return {name: tmp_path / f"{name}.csv" for name in texts}


def _match(type_: Type, files: dict[str, Path], *more: object) -> Any:
    return type_(
        *("routing", "match", "--leads", files["leads"], "--accounts", files["accounts"]),
        *("--map", "leads.company=Firm", "--map", "leads.id=Lead", "--map", "leads.phone=Tel", *more),
    )


def test_each_lead_is_matched_held_or_left_with_its_reasons_field_by_field(type_: Type, files: dict[str, Path]) -> None:
    said = _match(type_, files, "--json")
    assert [(one["id"], one["verdict"], one["account"]) for one in said.json["leads"]] == [
        ("1", "same", "A"),
        ("2", "same", "B"),
        ("3", "doubt", ""),
        ("4", "none", ""),
    ]
    [candidate] = said.json["leads"][2]["candidates"]
    assert {field["way"]: field["why"] for field in candidate["fields"]} == {
        "phone": "the same number",
        "company name": "quillmark against marrowby dental",
        "address": "the same house",
    }


def test_labels_give_figures_and_leads_without_an_account_on_their_own(type_: Type, files: dict[str, Path]) -> None:
    figures = _match(type_, files, "--truth", files["truth"], "--json").json["figures"]
    assert figures["certain"] == {"precision": 1.0, "recall": 1.0, "f1": 1.0, "right": 2, "wrong": 0, "missed": 0}
    assert (figures["likeliest"]["wrong"], figures["doubts"]) == (1, 1)
    assert (figures["without_a_right_account"], figures["without_matched"], figures["without_doubts"]) == (2, 0, 1)


def test_people_read_doubts_side_by_side_and_the_figures(type_: Type, files: dict[str, Path]) -> None:
    said = _match(type_, files, "--truth", files["truth"])
    assert "3 Quillmark: a person says; people say none" in said.out
    assert "4 leads, 3 accounts: 2 matched, 1 for a person to say, 1 without an account." in said.out
    assert "2 leads without a right account: 0 matched wrongly, 1 for a person to say, 1 rightly left." in said.out


def test_what_was_found_is_written_to_a_file(type_: Type, files: dict[str, Path], tmp_path: Path) -> None:
    _match(type_, files, "--out", tmp_path / "found.csv")
    rows = list(csv.DictReader((tmp_path / "found.csv").read_text().splitlines()))
    assert [(row["lead"], row["verdict"], row["account"], row["candidates"]) for row in rows] == [
        ("1", "same", "A", "A"),
        ("2", "same", "B", "B"),
        ("3", "doubt", "", "C"),
        ("4", "none", "", ""),
    ]


def test_a_way_that_is_not_named_does_not_count(type_: Type, files: dict[str, Path]) -> None:
    said = _match(type_, files, "--by", "phone", "--doubtful", "0.5", "--json")
    assert {field["way"] for one in said.json["leads"] for each in one["candidates"] for field in each["fields"]} == {
        "phone"
    }


def test_bare_names_are_matched_pair_by_pair(type_: Type, tmp_path: Path) -> None:
    file = tmp_path / "pairs.csv"
    file.write_text("left,right,same\nNordhagel AG,Nordhagel,true\nNordhagel,Trellwick,false\n")
    said = type_("routing", "match", "--pairs", file, "--pair-columns", "left,right", "--label", "same", "--json")
    assert [one["verdict"] for one in said.json["pairs"]] == ["same", "none"]
    assert said.json["certain"]["f1"] == 1.0
    assert (
        "1 the same, 0 for a person to say, 1 different"
        in type_("routing", "match", "--pairs", file, "--pair-columns", "left,right").out
    )


def test_columns_may_be_parted_by_semicolons_and_labels_need_no_names(type_: Type, files: dict[str, Path]) -> None:
    files["accounts"].write_text("Id;Firma;Telefon\nA;Trellwick Instruments GmbH;312 5550187\n")
    files["truth"].write_text("Lead;Konto\n1;A\n")
    mapped = ("--map", "accounts.company=Firma", "--map", "accounts.phone=Telefon")
    assert _match(type_, files, "--truth", files["truth"], *mapped, "--json").json["figures"]["certain"]["f1"] == 1.0


@pytest.mark.parametrize(
    ("words", "says"),
    [
        pytest.param((), "Name --leads and --accounts, or --pairs.", id="nothing"),
        pytest.param(("--certain", "0.5"), "Give a --certain above --doubtful.", id="marks"),
        pytest.param(("--map", "leads.compny=Firm"), "Did you mean company?", id="a thing"),
        pytest.param(("--map", "leads.company=Frim"), "Did you mean 'Firm'?", id="a column"),
        pytest.param(("--map", "deals.company=Firm"), "Write leads.company=... or accounts.company=...", id="a file"),
        pytest.param(("--map", "Firm"), "Write company='Firm name'.", id="no column"),
        pytest.param(("--truth-columns", "a"), "Write both with a comma between: one,other.", id="columns"),
        pytest.param(("--truth-columns", "a,b"), "--truth-columns lead,account", id="columns of labels"),
        pytest.param(("--pairs", "x.csv"), "Leave --leads, --accounts and --truth out.", id="both"),
    ],
)
def test_a_mistake_gets_its_fix(type_: Type, files: dict[str, Path], words: tuple[str, ...], says: str) -> None:
    given = ("--leads", files["leads"], "--accounts", files["accounts"], "--truth", files["truth"]) if words else ()
    said = type_("routing", "match", *given, *words)
    assert (said.code, says in " ".join(said.err.split())) == (1, True)


def test_a_file_of_which_no_column_says_a_company_is_refused_with_its_columns(type_: Type, tmp_path: Path) -> None:
    (tmp_path / "odd.csv").write_text("aa,bb\n1,2\n")
    said = type_("routing", "match", "--leads", tmp_path / "odd.csv", "--accounts", tmp_path / "odd.csv")
    assert "it has aa, bb" in said.err
    assert "--map company='aa'" in said.err
