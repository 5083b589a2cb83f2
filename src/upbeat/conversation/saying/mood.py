"""How the customer feels about it at the end: positive, neutral or negative, with the words that tell it best."""

from typing import Final

from upbeat.conversation.cues import Hit
from upbeat.conversation.elements.talk import confidence, is_question, negated
from upbeat.conversation.found import Finding, Kind
from upbeat.conversation.saying.heard import Heard, place, said
from upbeat.conversation.speech import Sentence

_CLEAR: Final = 6.5  # points from which it is no longer neutral: a strong word at the end (4 by 2), not mere thanks
_EARLY, _LATE = 0.5, 2.0  # what a word counts at the beginning and at the end, which is what is asked for
_TELLS: Final = 3  # the weight from which a risk tells a mood
_SCORNFUL: Final = 3  # words of a sentence that can scorn
_UNSAID: Final = frozenset(["never", "said"])
_BEFORE_A_NOUN: Final = frozenset(["the", "those", "any"])
_TAKES_UP: Final = frozenset(["would", "please"])
_FEW: Final = 4  # words of a sentence that can stand for a mood


def mood(heard: Heard) -> Finding | None:
    """Give the mood, None where no customer says anything.

    Praise in the midst of what is wrong is scorn: `Oh, brilliant, a sixth app`; `Fantastic. Will they send a webinar?`
    """
    if not heard.theirs:
        return None
    points, best = 0.0, dict[str, tuple[float, Sentence, Hit]]()
    count = len(heard.sentences)
    for sentence in heard.theirs:
        late = _EARLY + (_LATE - _EARLY) * (sentence.number / max(count - 1, 1)) ** 2
        for sort, hit in _moods(heard, sentence, points).items():
            weight = hit.weight * late
            points += weight if sort == "glad" else -weight if sort == "sorry" else 0
            if sort not in best or weight >= best[sort][0]:
                best[sort] = (weight, sentence, hit)
    value = "positive" if points >= _CLEAR else "negative" if points <= -_CLEAR else "neutral"
    sort = {"positive": "glad", "negative": "sorry", "neutral": "open"}[value]
    if sort in best:
        _, sentence, hit = best[sort]
        why = (
            f"\u201c{said(hit)}\u201d; {points:+.0f} points over all that the customer said, later words counting more"
        )
        return Finding(
            Kind.SENTIMENT, value, value.capitalize(), place(sentence), confidence(min(abs(points) / 2, 8)), why
        )
    whole = [one for one in heard.theirs if len(one.words) >= _FEW and not one.asks]
    sentence = (whole or heard.theirs)[-1]
    return Finding(
        Kind.SENTIMENT,
        "neutral",
        "Neutral",
        place(sentence),
        0.5,
        "nothing glad and nothing sorry was said that counts",
    )


def _moods(heard: Heard, sentence: Sentence, before: float) -> dict[str, Hit]:
    """Give what a sentence tells, each sort once, by its heaviest cue; praise among complaints as complaint."""
    if heard.is_of_others(sentence) or is_question(sentence) or sentence.words[0].text in {"he", "she"}:
        return {}
    found = dict[str, Hit]()
    for hit in (one for one in heard.hits[sentence.number] if not _is_no_feeling(one)):
        file, _, sort = hit.cue.section.partition(".")
        if file == "risks" and sort in {"unhappy", "churn"} and hit.weight >= _TELLS:
            sort = "sorry"
        elif file != "mood":
            continue
        if not hit.cue.negates and negated(hit):
            sort = {"glad": "sorry", "gushing": "sorry"}.get(sort, "")
        if sort and (sort not in found or hit.weight > found[sort].weight):
            found[sort] = hit
    if len(sentence.words) < _SCORNFUL or not _TAKES_UP.isdisjoint(one.text for one in sentence.words):
        found.pop("gushing", None)  # `Lovely.` is no more than a yes; `Great, that would help us a lot` takes an offer
    if "gushing" in found:
        scorned = before < 0 or "sorry" in found or _is_followed_by_trouble(heard, sentence)
        gushing = found.pop("gushing")
        if scorned:
            found.pop("glad", None)
            found.setdefault("sorry", gushing)
    return found


def _is_no_feeling(hit: Hit) -> bool:
    """Whether a mood is not said of oneself: `I never said happy`, `the happy ones`."""
    words = hit.sentence.words
    before = words[hit.first - 1].text if hit.first else ""
    of_a_noun = before in _BEFORE_A_NOUN and hit.cue.section.startswith("mood.")
    return of_a_noun or {one.text for one in words[: hit.first]} >= _UNSAID


def _is_followed_by_trouble(heard: Heard, sentence: Sentence) -> bool:
    """Whether the same turn goes on with what is wrong, or counts what is one too many: `another`, `a sixth`."""
    same = [one for one in heard.theirs if one.turn.number == sentence.turn.number]
    bad = ("mood.sorry", "risks.unhappy", "risks.churn", "objections.need", "objections.fit")
    return any(hit.cue.section in bad for one in same for hit in heard.hits[one.number])
