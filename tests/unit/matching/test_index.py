"""Finding the few of many companies that a record may belong to, and keeping up with what changes."""

from collections.abc import Mapping, Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from upbeat.matching import ACCOUNT, LEAD, Candidate, Index, Via, compare, told
from upbeat.matching import index as finding

Row = Mapping[str, str | None]

ROWS: Sequence[Row] = [
    {"Id": "001", "Name": "Harborline Medical, Inc.", "Website": "https://www.harborline.example/about"},
    {"Id": "002", "Name": "Trellwick Instruments Ltd", "Phone": "+44 20 7946 0018"},
    {
        "Id": "003",
        "Name": "Société Talwerk S.A.",
        "BillingStreet": "12 rue de la Gare\nBâtiment B",
        "BillingCity": "Lyon",
    },
    {"Id": "004", "Name": "A.C.M.E. Tools & Sons", "Website": "shop.acme-tools.co.uk"},
    {"Id": "005", "Name": "Summit Logistics", "BillingStreet": "1200 N. Michigan Ave", "BillingCity": "Chicago"},
    {"Id": "006", "Name": "National Services Group", "Website": None},
]
INDEX = Index.of(ROWS, ACCOUNT)


def find(index: Index = INDEX, **lead: str) -> tuple[Candidate, ...]:
    return index.find(told(lead, LEAD))


def first(index: Index = INDEX, **lead: str) -> str:
    return next((one.record_id for one in find(index, **lead)), "")


@pytest.mark.parametrize(
    ("lead", "account"),
    [
        pytest.param({"Company": "HARBORLINE MEDICAL"}, "001", id="the name without its legal form"),
        pytest.param(
            {"Company": "Unknown", "Email": "jo@harborline.example"}, "001", id="the host of an email address"
        ),
        pytest.param({"Company": "Unknown", "Phone": "(020) 79460018"}, "002", id="the phone, written otherwise"),
        pytest.param({"Company": "Societe Talwerk"}, "003", id="the name without accents"),
        pytest.param({"Company": "Unknown", "Street": "12, Rue de la Gare", "City": "Lyon"}, "003", id="the house"),
        pytest.param({"Company": "Acme Tools and Sons"}, "004", id="an acronym without its full stops"),
        pytest.param({"Company": "Unknown", "Website": "www.acme-tools.co.uk"}, "004", id="the domain below a shop's"),
        pytest.param(
            {"Company": "Unknown", "Street": "1200 North Mich. Avenue", "City": "Chicago"},
            "005",
            id="the way's short name",
        ),
        pytest.param({"Company": "Harbor Line Medical"}, "001", id="a word in two"),
        pytest.param({"Company": "Natl Svcs Grp"}, "006", id="abbreviations alone"),
    ],
)
def test_a_company_is_found_by(lead: dict[str, str], account: str) -> None:
    assert first(**lead) == account


@pytest.mark.parametrize("name", ["Trelwick", "Trellwik", "Trellwcik", "Trellwicks", "Xrellwick", "rellwick"])
def test_a_company_is_found_with_one_slip_of_the_pen_in_its_only_rare_word(name: str) -> None:
    [found, *_] = find(Company=name)
    assert (found.record_id, found.via) == ("002", Via.SPELLING)


def test_a_name_with_several_slips_is_found_by_a_scan_which_is_told() -> None:
    [found, *_] = find(Company="Trelwikc Instrumnets")
    assert (found.record_id, found.via) == ("002", Via.SCAN)


def test_no_slower_way_is_gone_where_a_quick_one_found_enough() -> None:
    assert {one.via for one in find(Company="Harborline Medical")} == {Via.KEYS}


def test_a_record_that_tells_nothing_finds_nothing() -> None:
    assert find() == ()


def test_a_scan_of_many_compares_only_those_that_begin_or_end_alike(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(finding, "SCAN", 3)
    assert first(Company="Trelwikc Instrumnets") == "002"
    assert find(Company="Zzelwikc Instrumnezz") == ()


def test_the_likest_stands_first_and_no_more_than_were_asked_for() -> None:
    index = Index.of([{"Id": f"{n:03}", "Name": f"Pennant Works {n}"} for n in range(20)], ACCOUNT)
    found = index.find(told({"Company": "Pennant Works 7"}, LEAD), most=3)
    assert (len(found), found[0].record_id) == (3, "007")
    assert [one.likeness.score for one in found] == sorted((one.likeness.score for one in found), reverse=True)


def test_many_of_one_common_name_are_found_though_no_key_of_theirs_is_rare(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(finding, "_BLOCK", 4)
    rows = [{"Id": f"{n:03}", "Name": f"National {word} Group"} for n, word in enumerate(["Foods", "Tools"] * 5)]
    index = Index.of([*rows, {"Id": "100", "Name": "National Tools Consulting"}], ACCOUNT)
    assert first(index, Company="National Tools Consulting") == "100"


class TestChanges:
    @pytest.fixture
    def index(self) -> Index:
        return Index.of(ROWS, ACCOUNT)

    def test_a_row_that_is_put_in_is_found(self, index: Index) -> None:
        assert index.put([{"Id": "007", "Name": "Lowell Optics", "Website": "lowell.example"}]) == 1
        assert first(index, Company="Lowel Optics") == first(index, Email="jo@lowell.example") == "007"

    def test_a_row_that_is_put_again_is_found_as_it_is_now_only(self, index: Index) -> None:
        index.put([{"Id": "001", "Name": "Brightwater Clinics"}])
        assert first(index, Company="Brightwater Clinics") == "001"
        assert first(index, Company="Harborline Medical", Email="jo@harborline.example") != "001"
        assert len(index) == len(ROWS)

    def test_a_row_that_says_nothing_new_changes_nothing(self, index: Index) -> None:
        assert index.put([{**ROWS[0], "SystemModstamp": "2026-11-21T10:00:00.000+0000"}]) == 0

    def test_a_row_that_is_dropped_is_found_by_no_way(self, index: Index) -> None:
        assert index.drop(["002", "404"]) == 1
        for name in ("Trellwick Instruments", "Trelwick Instruments", "Trelwikc Instrumnets"):
            assert first(index, Company=name) != "002"

    def test_what_is_gone_is_forgotten_when_it_is_the_larger_part(
        self, index: Index, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(finding, "_GONE", 0)
        for n in range(20):
            index.put([{"Id": "001", "Name": f"Harborline {n}"}])
        assert (first(index, Company="Harborline 19"), first(index, Phone="+44 20 7946 0018")) == ("001", "002")
        assert len(index._rows) <= 2 * len(index) + 1


_WORDS = st.sampled_from(
    ["Harbor", "Trell", "Acme", "Tools", "Group", "Société", "North", "Ltd", "GmbH", "&", "株式会社"]
)
_NAMES = st.lists(_WORDS, min_size=1, max_size=4).map(" ".join)


@given(st.lists(_NAMES, min_size=1, max_size=12), st.lists(_NAMES, max_size=6), st.data())
def test_an_index_that_was_changed_finds_what_a_new_one_finds(
    before: list[str], after: list[str], data: st.DataObject
) -> None:
    rows = [{"Id": f"{n:03}", "Name": name} for n, name in enumerate(before)]
    more = [{"Id": f"{n:03}", "Name": name} for n, name in enumerate(after, 6)]
    gone = data.draw(st.sets(st.sampled_from([row["Id"] for row in rows])))
    changed = Index.of(rows, ACCOUNT)
    changed.drop(gone)
    changed.put(more)
    now = {row["Id"]: row for row in rows if row["Id"] not in gone} | {row["Id"]: row for row in more}
    fresh, name = Index.of(now.values(), ACCOUNT), data.draw(_NAMES)
    one = told({"Company": name}, LEAD)
    assert {each.record_id for each in changed.find(one, 30)} == {each.record_id for each in fresh.find(one, 30)}


def test_a_word_that_few_names_have_tells_more_than_one_that_many_have() -> None:
    rows = [{"Id": f"{n:05}", "Name": f"Harbor {n}"} for n in range(5_000)]
    index = Index.of([*rows, {"Id": "x", "Name": "Trellwick"}], ACCOUNT)
    assert index.rarity.of("trellwick") > index.rarity.of("harbor")


def test_the_likeness_of_a_candidate_is_that_of_its_row() -> None:
    lead = told({"Company": "Trellwick"}, LEAD)
    [found] = INDEX.find(lead)
    assert found.likeness == compare(lead, told(found.row, ACCOUNT), INDEX.rarity)
