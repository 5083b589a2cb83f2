"""What holds for any two records, whatever their texts: property tests."""

from hypothesis import given
from hypothesis import strategies as st

from upbeat.matching import LEAD, NEUTRAL, Told, compare, compare_people, score, told

TEXTS = st.one_of(
    st.text(max_size=24),
    st.lists(
        st.sampled_from(
            [
                "Trellwick",
                "Trelwick",
                "Foods",
                "North",
                "12",
                "III",
                "of",
                "AG",
                "GmbH",
                "J.",
                "&",
                "Завод",
                "株式会社",
                "-",
            ]
        ),
        max_size=5,
    ).map(" ".join),
)
TOLD = st.builds(
    Told,
    *(TEXTS, st.one_of(TEXTS, st.sampled_from(["trellwick.co.uk", "www.kessling.de", "http://["]))),
    *(st.one_of(TEXTS, st.emails()), st.one_of(TEXTS, st.from_regex(r"\+?[0-9 ()-]{5,14}", fullmatch=True))),
    *(TEXTS,) * 7,
)


@given(TOLD, TOLD)
def test_any_two_records_have_a_chance_that_is_the_same_either_way_round(one: Told, other: Told) -> None:
    for compared in (compare, compare_people):
        there, back = compared(one, other, NEUTRAL), compared(other, one, NEUTRAL)
        assert 0 <= there.score <= 1
        assert abs(there.score - back.score) < 1e-9


@given(TOLD, TOLD)
def test_the_score_alone_is_the_score_with_its_reasons(one: Told, other: Told) -> None:
    assert abs(score(one, other, NEUTRAL) - compare(one, other, NEUTRAL).score) < 1e-9


@given(TOLD, TOLD)
def test_every_evidence_says_what_it_is(one: Told, other: Told) -> None:
    for each in (*compare(one, other, NEUTRAL).agreements, *compare_people(one, other, NEUTRAL).agreements):
        assert each.says
        assert 0 <= each.score <= 1


@given(TOLD)
def test_nothing_differs_between_a_record_and_itself(one: Told) -> None:
    assert all(each.weight >= 0 for each in compare(one, one, NEUTRAL).agreements)


def test_a_field_of_a_parent_is_read_along_its_path_and_one_that_is_missing_says_nothing() -> None:
    record = {"Company": None, "Email": 7}
    assert (told(record, LEAD).company, told(record, LEAD).email, told(record, LEAD).host) == ("", "7", "")
