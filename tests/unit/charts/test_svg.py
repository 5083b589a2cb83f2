"""Drawings as their readers get them: seen, told to who cannot see them, and followed down."""

from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from upbeat.charts import (
    STYLE,
    Bar,
    Bars,
    Column,
    Dot,
    Dots,
    Drawing,
    Heat,
    Histogram,
    Line,
    Shade,
    Stacked,
    svg,
)

HOSTILE = '"><script>alert(1)</script>'
TOUCHED = Histogram(
    (Column("5 min", 12, "/touched/5"), Column("15 min", 30), Column("1 h", 4), Column("later", 2)),
    Line(2, "promised within 15 minutes"),
)


def drawn(drawing: Drawing, title: str = "A title") -> ET.Element:
    """Read a drawing as markup: what is not well formed fails here."""
    return ET.fromstring(f"<div>{svg(title, drawing)}</div>")


def every(whole: ET.Element, tag: str) -> list[ET.Element]:
    return list(whole.iter(tag))


def drawings(words: str, to: str) -> list[Drawing]:
    return [
        Bars([Bar(words, 3, words, to)]),
        Stacked([words], [(words, [1])]),
        Dots([Dot(words, 40, words, 30, 50, to)], mark=90),
        Heat([words], [(words, [Shade(40, words, to)])]),
        Histogram([Column(words, 3, to)], Line(1, words)),
    ]


@pytest.mark.parametrize("at", range(5))
def test_what_is_drawn_is_never_markup_and_brings_no_script_and_no_style_of_its_own(at: int) -> None:
    whole = drawn(drawings(HOSTILE, f"/records/{HOSTILE}")[at], HOSTILE)
    assert every(whole, "script") == []
    names = {name for one in whole.iter() for name in one.attrib}
    assert not any(name == "style" or name.startswith("on") for name in names)


@pytest.mark.parametrize("at", [0, 2, 3, 4])
def test_a_drawing_that_leads_down_can_be_reached_by_keys_and_one_that_does_not_is_one_image(at: int) -> None:
    leads, stands = drawn(drawings("Maya", "/routing/maya")[at]), drawn(drawings("Maya", "")[at])
    [link] = every(leads, "a")
    named = link.get("aria-label") or "".join(link.itertext())
    assert (link.get("href"), "Maya" in named) == ("/routing/maya", True)
    assert every(leads, "svg")[-1].get("role") == "group"
    assert every(stands, "a") == []
    assert every(stands, "svg")[-1].get("role") == "img"


def test_who_cannot_see_a_histogram_hears_its_counts_and_how_many_lie_beyond_its_line() -> None:
    [whole] = every(drawn(TOUCHED, "Time to first touch"), "svg")
    assert whole.get("aria-label") == (
        "Time to first touch. 5 min: 12; 15 min: 30; 1 h: 4; later: 2; "
        "promised within 15 minutes: 42 within it, 6 beyond."
    )


def test_the_line_of_a_histogram_stands_between_what_is_within_it_and_what_is_beyond() -> None:
    whole = drawn(TOUCHED)
    [line] = [one for one in every(whole, "line") if one.get("class") == "breach"]
    assert line.get("x1") == line.get("x2") == "50.00%"
    within = [one for one in every(whole, "rect") if one.get("class") == "series-0"]
    beyond = [one for one in every(whole, "rect") if one.get("class") == "breached"]
    assert [len(within), len(beyond)] == [2, 2]
    assert all(float((one.get("x") or "").rstrip("%")) >= 50 for one in beyond)


@given(st.lists(st.integers(0, 10_000), min_size=1, max_size=12))
def test_columns_are_as_tall_as_their_counts_are_to_one_another(counts: list[int]) -> None:
    whole = drawn(Histogram([Column(str(at), count) for at, count in enumerate(counts)]))
    tall = [float(one.get("height") or 0) for one in every(whole, "rect")]
    most = max(counts) or 1
    assert tall == pytest.approx([max(tall) * count / most for count in counts], abs=0.1)


def test_the_figure_is_printed_on_each_shade_and_what_is_not_known_has_a_look_of_its_own() -> None:
    whole = drawn(Heat(["open"], [("Maya Chen", [Shade(100, "8 of 8")]), ("Omar Diaz", [Shade(None, "no cap")])]))
    assert [one.get("class") for one in every(whole, "rect")] == ["shade-4", "unknown"]
    assert {"8 of 8", "no cap"} <= {one.text for one in every(whole, "text")}


@pytest.mark.parametrize("at", range(5))
def test_every_look_that_a_drawing_asks_for_is_in_the_style(at: int) -> None:
    whole = drawn(drawings("a name that is far too long for the room beside a figure", "/there")[at])
    kinds = {kind for one in whole.iter() for kind in (one.get("class") or "").split()}
    assert {kind for kind in kinds - {"broad"} if f".{kind}" not in STYLE} == set()
