"""How good matching is on labelled records, where they are at hand: floors, so that it cannot get worse unseen."""

import os
from pathlib import Path

import pytest

from upbeat.matching import Marks
from upbeat.operations.matching import Sheet, match_leads, match_pairs, read_truth

SHARED = Path(os.environ.get("UPBEAT_SHARED_DATA", Path(__file__).parents[4] / "shared" / "data"))
LEADS, PAIRS = SHARED / "chicago_orgs", SHARED / "company_name_pairs.csv"


@pytest.mark.skipif(not LEADS.is_dir(), reason="the labelled leads are not here")
def test_labelled_leads_find_their_accounts_and_those_without_one_are_left() -> None:
    leads, accounts = (Sheet.read(LEADS / f"{name}.csv", {}) for name in ("leads", "accounts"))
    figures = match_leads(leads, accounts, Marks(), truth=read_truth(LEADS / "truth.csv")).figures
    assert figures is not None
    assert (figures.certain.f1 or 0) > 0.94
    assert (figures.certain.precision or 0) > 0.98
    assert (figures.likeliest.f1 or 0) > 0.95
    assert (figures.likeliest.precision or 0) > 0.97
    assert figures.without_matched <= 4


@pytest.mark.skipif(not PAIRS.is_file(), reason="the labelled pairs are not here")
def test_labelled_pairs_of_bare_names_are_told_apart() -> None:
    pairs = match_pairs(PAIRS, ("name1", "name2"), "is_match", Marks())
    assert pairs.likeliest is not None
    assert (pairs.likeliest.f1 or 0) > 0.92
    assert (pairs.likeliest.precision or 0) > 0.95
