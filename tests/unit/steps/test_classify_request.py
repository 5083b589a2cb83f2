"""Of what kind a request is: the cues that say so, what does not count as one, and when a person is asked."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from upbeat.channels.enrich import Said
from upbeat.steps import FUNCTIONS, Answer, Case, Enriched, Result
from upbeat.steps.classify_request import read
from upbeat.steps.cues import mentions, stem
from upbeat.steps.model_word import word_of

Make = Callable[..., Case]

CUES = {
    "demo": ("demo", "demonstration", "trial", "see * product", "pricing"),
    "partner": ("partner", "partnership", "resell", "reseller", "referral"),
    "support": ("error", "not working", "can not log in", "support", "bug", "crash"),
    "spam": ("backlinks", "seo services", "rank * google"),
}
KINDS = tuple({"kind": kind, "cues": cues} for kind, cues in CUES.items())


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        pytest.param("Could we get a demo next week?", "demo", id="the word itself"),
        pytest.param("Do you give live demos?", "demo", id="another form of it"),
        pytest.param("I'd love to see your new product in action", "demo", id="a phrase with words between"),
        pytest.param("We are reselling software in the Nordics and want to partner", "partner", id="two of one kind"),
        pytest.param("We don't need a demo. We want to become a reseller.", "partner", id="one is negated"),
        pytest.param("I am not a customer, I would like a demo", "demo", id="a negation ends with its clause"),
        pytest.param("No demos, trials or pricing, please: a partnership", "partner", id="a list is negated"),
        pytest.param("Not only a demo: a trial as well", "demo", id="not only is no negation"),
        pytest.param("A demo is not needed. Your reseller program is", "partner", id="negated after"),
        pytest.param("Thanks for the demo! Since then the export shows an error", "support", id="a demo that is over"),
        pytest.param("I can't log in", "support", id="a cue that is a negation"),
        pytest.param("The export isn't working", "support", id="its contraction"),
        pytest.param("We offer SEO services and backlinks", "spam", id="capitals"),
        pytest.param("Yes please.\n\nOn Monday, Ann wrote:\n> Shall I set up a demo?", "", id="what was answered"),
        pytest.param("It crashed\n-- \nJo, Partner at Vale & Sons", "support", id="the signature"),
        pytest.param("Hello", "", id="no cue"),
        pytest.param("", "", id="nothing"),
    ],
)  # fmt: skip
def test_a_text_is_of_the_kind_whose_cues_it_means(text: str, kind: str) -> None:
    assert read(text, CUES).kind == kind


@pytest.mark.parametrize(
    ("one", "other"),
    [("demos", "demo"), ("integrates", "integrating"), ("pricing", "prices"), ("tries", "try"), ("planned", "planning"),
     ("reselling", "resell"), ("issues", "issue"), ("crashed", "crash"), ("companies", "company")],
)  # fmt: skip
def test_forms_of_a_word_have_one_stem(one: str, other: str) -> None:
    assert stem(one) == stem(other)


def test_words_that_only_begin_alike_do_not() -> None:
    assert len({stem(one) for one in ("business", "busy", "bus", "partner", "partnership", "part")}) == 6


def test_the_longer_of_two_cues_that_overlap_counts_alone() -> None:
    found = mentions("Our partner portal is down", {"support": ("partner portal",), "partner": ("partner",)})
    assert [one.kind for one in found] == ["support"]


@pytest.mark.law(5)
@given(st.text(alphabet="demo partner'\u2019not.,\n->:!ßé ", max_size=200))
def test_a_quote_stands_in_the_text_word_for_word(text: str) -> None:
    assert all(one.quote and one.quote in text for one in mentions(text, CUES))


def test_one_word_is_enough_and_two_kinds_close_together_are_a_doubt() -> None:
    assert read("A demo, please", CUES).confidence == Decimal("0.80")
    assert read("A demo for our reseller", CUES).confidence == Decimal("0.44")


class TestTheStep:
    def test_it_gives_the_kind_with_the_words_that_prove_it(self, case: Make) -> None:
        gives = run(case(text="Hello. Could we have a demo? Thanks", kinds=KINDS)).gives
        assert (gives["kind"], gives["by"], gives["quote"]) == ("demo", "rules", "Could we have a demo")

    @pytest.mark.law(11)
    @pytest.mark.parametrize("text", ["Hello", "", None, "A demo for our reseller"])
    def test_a_doubt_is_asked_and_the_steps_after_it_wait(self, case: Make, text: str | None) -> None:
        result = run(case(text=text, kinds=KINDS, of="maya.chen@acme.example", due=timedelta(hours=2)))
        assert result.hold is not None
        assert (result.waits, result.gives["kind"], result.gives["doubt"]) == (True, None, True)
        assert (result.hold.owner, result.hold.choices) == ("maya.chen@acme.example", tuple(CUES))

    def test_a_person_in_doubt_sees_the_words_of_every_kind(self, case: Make) -> None:
        hold = run(case(text="A demo for our reseller", kinds=KINDS)).hold
        assert hold is not None
        assert "demo: \u201cA demo for our reseller\u201d" in hold.reasons

    def test_what_a_person_says_holds(self, case: Make) -> None:
        answer = Answer("partner", "maya.chen@acme.example")
        gives = run(case(text="A demo", kinds=KINDS, answer=answer)).gives
        assert (gives["kind"], gives["by"], gives["doubt"]) == ("partner", "a person", False)

    def test_with_a_kind_for_the_rest_nobody_is_asked_and_it_says_that_it_was_in_doubt(self, case: Make) -> None:
        result = run(case(text="Hello", kinds=KINDS, otherwise="other"))
        assert (result.gives["kind"], result.gives["doubt"], result.hold) == ("other", True, None)

    def test_how_sure_it_must_be_is_said_in_the_file(self, case: Make) -> None:
        text = "A demo for our reseller"
        assert run(case(text=text, kinds=KINDS, otherwise="other", sure=Decimal("0.4"))).gives["kind"] == "demo"


class TestWithAModel:
    """What a model read stands beside what the cues say: rules decide."""

    @pytest.mark.parametrize(
        ("text", "word", "kind", "by"),
        [
            pytest.param("Walk us through it", ("demo", "Walk us through", 0.9), "demo", "model", id="no cue"),
            pytest.param("A demo for our reseller", ("demo", "A demo", 0.9), "demo", "model", id="cues of two kinds"),
            pytest.param("A demo, please", ("demo", "A demo", 0.9), "demo", "rules", id="both say the same"),
            pytest.param("A demo, please", ("demo", "A demo", 0.3), "demo", "rules", id="the rules are surer"),
            pytest.param("A demo, please", ("", "", 0.9), "demo", "rules", id="the model sees none"),
            pytest.param("A demo, please", ("support", "A demo", 0.9), None, None, id="they differ"),
            pytest.param("Walk us through it", ("demo", "Walk us", 0.6), None, None, id="not sure enough"),
            pytest.param("Walk us through it", ("", "", 1), None, None, id="neither knows"),
        ],
    )
    def test_rules_decide_and_its_word_tells_where_they_are_in_doubt(
        self, case: Make, text: str, word: tuple[str, str, float], kind: str | None, by: str | None
    ) -> None:
        gives = run(replace(case(text=text, kinds=KINDS), enriched=read_by_model(*word))).gives
        assert (gives["kind"], gives["by"], gives["dropped"]) == (kind, by, 0)

    @pytest.mark.law(5)
    @pytest.mark.parametrize(
        ("kind", "quote"),
        [("demo", "show us around"), ("demo", "walk us"), ("demo", " "), ("demo", ""), ("admin", "Walk us")],
    )
    def test_an_answer_without_words_of_the_text_is_dropped_and_counted(
        self, case: Make, kind: str, quote: str
    ) -> None:
        asked = case(text="Walk us through it", kinds=KINDS)
        result = run(replace(asked, enriched=read_by_model(kind, quote, 1)))
        assert (result.gives["kind"], result.gives["dropped"], result.waits) == (None, 1, True)

    @pytest.mark.law(5)
    @given(quote=st.text(max_size=12))
    def test_no_kind_is_given_by_a_quote_that_does_not_stand_in_the_text(self, quote: str) -> None:
        text = "Walk us through it, or come by"
        word = word_of(read_by_model("demo", quote, 1), text, CUES)
        assert word.dropped == 1 if word.kind == "" else word.quote in text

    def test_a_model_that_was_not_heard_leaves_it_to_the_rules_and_the_step_says_why(self, case: Make) -> None:
        silent = Enriched(source="small", status="timed out", why="it answered 503")
        gives = run(replace(case(text="A demo, please", kinds=KINDS), enriched=silent)).gives
        assert (gives["kind"], gives["by"]) == ("demo", "rules")
        assert "small was not heard (timed out): it answered 503" in gives["why"]

    def test_a_person_in_doubt_sees_what_it_read(self, case: Make) -> None:
        asked = case(text="A demo, please", kinds=KINDS)
        hold = run(replace(asked, enriched=read_by_model("support", "please", 0.9))).hold
        assert hold is not None
        assert "small reads support in \u201cplease\u201d, 90% sure" in hold.reasons


def read_by_model(kind: str, quote: str, confidence: float) -> Enriched:
    return Enriched(source="small", status=Said.FOUND, values={"kind": kind, "quote": quote, "confidence": confidence})


def run(case: Case) -> Result:
    return FUNCTIONS["classify_request"].run(case)
