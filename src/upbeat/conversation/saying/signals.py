"""What a customer's words tell beside the methodology: risks, objections, and that there is more to sell."""

import re
from collections.abc import Iterable, Iterator
from typing import Final

from upbeat.conversation.cues import Hit
from upbeat.conversation.found import Finding, Kind
from upbeat.conversation.saying.heard import Heard, finding, is_supposed
from upbeat.conversation.speech import in_figures
from upbeat.conversation.values import Side
from upbeat.conversation.vocabulary import listed

_STANDS: Final = 3  # the weight from which a cue alone tells a risk; a lighter one needs a second in its sentence
_IF_MEANT: Final = frozenset(
    {"churn", "deal breaker", "stalled"}
)  # what is said with an if, and meant: `if nothing changes …`
_NO_CHAMPION: Final = frozenset({"champion leaving"})  # `if you still had a champion` says that there is none
_UNREAL: Final = frozenset(["would", "could", "might"])
_LEAVES_BEHIND: Final = frozenset(["champion", "only"])
_SPOKEN_OF: Final = frozenset(["i", "my", "he", "she", "his", "her"])
_OF_RANK: Final = listed("ranks") | listed("heads") | {"champion", "sponsor"}
_NO_NAMES: Final = listed("no names")
_FEW: Final = 4  # words that say nothing by themselves
_OF_THE_DEAL: Final = re.compile(
    r" (?:sign|signed|signing|signature|buy|buying|start|starting|decide|decision|budget|contract|order|go ahead|deal"
    r"|project|renew|renewal|roll|rollout|live|approve|approved|move forward|pilot) "
)
_MET_WITHIN: Final = 6  # turns
_MET: Final = re.compile(
    r" (?:then (?:i am|we are|that is)|i am|we are) (?:satisfied|happy|fine|reassured|good|okay|content)"
    r"(?: with that| then)? $"
    r"| that (?:settles|solves|covers|answers|does) it "
)
_OF_A_SORT: Final = 2  # risks of one sort that are told; more of the same tell nothing new


def risks(heard: Heard) -> Iterator[Finding]:
    """Give what puts the deal at risk, by its sort: a sentence once, by its heaviest cue."""
    told = dict[str, int]()
    cues, turns = set[str](), set[tuple[str, int]]()
    for hit in _heaviest(heard.meant("risks.")):
        sort = hit.cue.section.partition(".")[2]
        if is_supposed(hit) and not _is_meant_so(hit, sort):
            continue
        if hit.weight < _STANDS or told.get(sort, 0) >= _OF_A_SORT or _is_counted(hit):
            continue
        if not _GUARDS.get(sort, _always)(heard, hit):
            continue
        if hit.cue.text in cues or (sort, hit.sentence.turn.number) in turns:
            continue
        cues.add(hit.cue.text)
        turns.add((sort, hit.sentence.turn.number))
        told[sort] = told.get(sort, 0) + 1
        yield finding(Kind.RISK, sort, _told(hit), hit, f"a risk, {sort}")


def objections(heard: Heard) -> Iterator[Finding]:
    """Give what speaks against it, by what it is about: each sort once, as it was said last."""
    last = dict[str, Hit]()
    for hit in _heaviest(heard.meant("objections.")):
        if not is_supposed(hit):
            last[hit.cue.section.partition(".")[2]] = hit
    for sort, hit in last.items():
        yield finding(Kind.OBJECTION, sort, _told(hit), hit, f"an objection, {sort}")


def expansion(heard: Heard) -> Iterator[Finding]:
    """Give the signs that there is more to sell: of each sort the clearest, the last of equals."""
    best = dict[str, Hit]()
    for hit in heard.meant("expansion."):
        sort = hit.cue.section.partition(".")[2]
        if any(one.cue.section == "mood.gushing" for one in heard.hits[hit.sentence.number]):
            continue  # `I should buy the other module as well, since it goes so beautifully`
        if not is_supposed(hit) and (sort not in best or hit.weight >= best[sort].weight):
            best[sort] = best[sort] if sort in best and best[sort].sentence is hit.sentence else hit
    for sort, hit in sorted(best.items(), key=lambda one: one[1].sentence.number):
        yield finding(Kind.EXPANSION, sort, _told(hit), hit, f"more to sell, {sort}")


def _is_meant_so(hit: Hit, sort: str) -> bool:
    """Whether an if is meant: `if nothing changes I give notice`, and not `I would`; `if we had a champion`: none."""
    thought = any(word.text in _UNREAL for word in hit.sentence.words)
    return sort in _NO_CHAMPION or (sort in _IF_MEANT and not thought)


def _is_counted(hit: Hit) -> bool:
    """Whether a number begins what a cue says: `thirty thousand left in the budget` is nobody who left."""
    return hit.cue.section == "risks.champion leaving" and hit.sentence.words[hit.first].amount is not None


def _always(_: Heard, __: Hit) -> bool:
    return True


def _leaves_the_deal(heard: Heard, hit: Hit) -> bool:
    """Whether who leaves is somebody of the deal: a name, `I` or `she`; not staff, nor whom the speaker came after."""
    if hit.cue.negates or not _LEAVES_BEHIND.isdisjoint(hit.cue.text.split()):
        return True
    words = hit.sentence.words
    told = {one.text for one in words[max(hit.first - 3, 0) : hit.last + 1]}
    if not told.isdisjoint(_SPOKEN_OF):
        return True
    text = hit.sentence.turn.text
    near = words[max(hit.first - 3, 0) : hit.last + 1]
    names = [one for one in near if text[one.start].isupper() and one.text not in _NO_NAMES]
    if not told.isdisjoint({"since", "after"}):
        ours = {word.text for one in heard.sentences if one.side is Side.OURS for word in one.words}
        parties = {part for one in heard.conversation.parties for part in one.name.lower().split()}
        return any(one.text in ours | parties for one in names)
    return bool(names) or not told.isdisjoint(_OF_RANK)


def _answers_for_the_deal(heard: Heard, hit: Hit) -> bool:
    """Whether a few words that answer a question, such as `Not this year`, answer one about this deal."""
    at = hit.sentence.number
    if len(hit.sentence.words) > _FEW or not at or not (asked := heard.sentences[at - 1]).asks:
        return True
    return bool(_OF_THE_DEAL.search(asked.said))


def _is_not_met(heard: Heard, hit: Hit) -> bool:
    """Whether nobody who set a condition says soon after that it is met: `Then I'm satisfied`."""
    turn = hit.sentence.turn
    later = heard.sentences[hit.sentence.number + 1 :]
    soon = (one for one in later if turn.number < one.turn.number <= turn.number + _MET_WITHIN)
    return not any(one.turn.label == turn.label and _MET.search(one.said) for one in soon)


_GUARDS: Final = {
    "champion leaving": _leaves_the_deal,
    "timing": _answers_for_the_deal,
    "deal breaker": _is_not_met,
}


def _heaviest(hits: Iterable[Hit]) -> list[Hit]:
    """Give each sentence once, with its heaviest cue."""
    found = dict[int, Hit]()
    for hit in hits:
        other = found.get(hit.sentence.number)
        if other is None or hit.weight > other.weight:
            found[hit.sentence.number] = hit
    return list(found.values())


def _told(hit: Hit) -> str:
    text = in_figures(hit.sentence, 0, len(hit.sentence.words) - 1)
    return text[:1].upper() + text[1:]
