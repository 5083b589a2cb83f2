"""What was said about the recording: whether somebody asked, and whether anybody objected. In words that people use."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from upbeat.conversation.found import Place
from upbeat.conversation.values import Conversation, Turn

_ANSWERS: Final = 6
"""Turns behind a question in which its answer is looked for: people answer at once, or after somebody's small talk."""

_FIRST: Final = 300  # seconds from the beginning in which people settle whether a talk is recorded
_SOON: Final = 120  # characters at the beginning of a turn that answer the one before
_NEAR: Final = 80  # characters around a cue in which its question stands
_TALK: Final = r"(?:call|meeting|session|conversation|chat|demo)"
_TAPE: Final = r"(?:recording|recorder|note-?\s?taker|transcription|transcript|bot)"
_ABOUT: Final = re.compile(
    "record|transcri|taker|taking|bot|assistant|zeich|schn|auf|gistr|graba|grava|opn|opge", re.IGNORECASE
)
"""What is in all words for a recording, quickly found: most turns have none of it."""

_TOLD: Final = re.compile(
    rf"""
    \b(?: hit\ record | call\ recording | note-?\s?taker | notetaking\ (?:bot|app)
      | (?:is|are|am|be|being|it's|we're|i'm|getting)\ record(?:ed|ing) | record\ (?:this|it|us)\b
      | record(?:ing)?\ (?:this|the|our|today's)\ {_TALK} | start(?:ed|ing)?\ (?:the|a)\ recording
      | (?:the|this)\ recording\ (?:is\ )?(?:on|running|started) | transcription\ (?:is\ )?(?:on|running)
      | (?:ai|meeting)\ assistant\ (?:is|joined|running) | transcrib(?:e|es|ed|ing)\b
      | aufzeichn | aufgezeichnet | mitschneid | mitgeschnitten | nehmen?\ (?:das|dieses)\ (?:gespräch|meeting)\ auf
      | enregistr(?:e|er|é|ée|ons|ement)\b | graba(?:r|mos|ndo|ción|da)\b | registra(?:re|iamo|ndo|zione|ta)\b
      | grava(?:r|ndo|ção|da)\b | opnemen\b | opgenomen\b | opname\b
    )
    """,
    re.IGNORECASE | re.VERBOSE,
)
_OBJECTED: Final = re.compile(
    rf"""
    \b(?: (?:please|(?:can|could|would)\ (?:you|we))\ (?:please\ )?
          (?: not\ record | stop\ (?:the\ |this\ )?record | (?:turn|switch)\ off\ (?:(?:that|the|your|this)\ )?{_TAPE}
            | (?:turn|switch|take)\ (?:(?:that|the|your|this)\ )?{_TAPE}\ off )
      | (?:do\ not|don't)\ record\ (?:this|us|me|the\ {_TALK})
      | (?:i|we)(?:'d|\ would)\ (?:rather|prefer)\ (?:(?:you|we|it|this|that)\ )?
          (?:not|didn't|don't|wasn't|weren't|isn't)\b [^.?!]{{0,30}} \b(?:record|transcri)
      | (?:not|n't)\ (?:really\ )?(?:comfortable|happy|okay|ok|fine)\ (?:with\ )?
          (?:(?:me|us|it|this)\ )?(?:being\ (?:recorded|transcribed)|(?:the|this|a)\ {_TAPE})
      | (?:i|we)\ (?:do\ not|don't)\ (?:consent|agree)\ to\ (?:be|being|the|this|a)\ (?:record|transcri)
      | (?:not\ allowed|not\ permitted|aren't\ allowed)\ to\ be\ recorded
      | (?:nicht|kein(?:e|en)?)\ (?:auf(?:ge)?zeichn|mit(?:ge)?schn) | (?:ne|pas|non)\ [^.?!]{{0,20}}\benregistr
    )
    """,
    re.IGNORECASE | re.VERBOSE,
)
_HELD: Final = r"\W*(?:(?:um|uh|er|well|oh|actually|sorry|hmm)\W+)*"
_RATHER_NOT: Final = re.compile(
    rf"{_HELD}(?:(?:i|we)(?:'d| would) (?:rather|prefer)(?: you| we)? (?:not|didn't|don't)\b|rather not\b"
    r"|i (?:do|would) mind\b|lieber nicht\b|je préfère pas\b|prefiero que no\b|preferirei di no\b|prefiro que não\b"
    r"|liever niet\b)",
    re.IGNORECASE,
)
_NO: Final = re.compile(
    rf"{_HELD}(?:no|nein|non|nee)\b(?!\W+(?:(?:no\W+)?(?:problem|worries|objections?)|not at all|that's|it's|go|fine"
    r"|of course|i don't mind|we don't mind|please|kein|pas de|hay|c'è))",
    re.IGNORECASE,
)
_MIND: Final = re.compile(
    r"\b(?:(?:do|would|does) (?:you|anybody|anyone|everyone|everybody) mind|any objections?|any(?:one|body) object)\b",
    re.IGNORECASE,
)
_NOT_AT_ALL: Final = re.compile(rf"{_HELD}(?:no|not at all|nope|none|of course not|go ahead)\b", re.IGNORECASE)
_YES: Final = re.compile(
    r"\b(?:yes|yeah|yep|sure|fine|of course|no problem|no worries|go ahead|all right|alright|okay|ok|absolutely"
    r"|happy with that|not at all|don't mind|that's good|works for me|no objections?|ja|klar|gerne|kein problem"
    r"|in ordnung|oui|bien sûr|d'accord|pas de problème|sí|claro|vale|certo|va bene|nessun problema|sim|tudo bem"
    r"|prima|goed|geen probleem)\b",
    re.IGNORECASE,
)
_THIS: Final = re.compile(rf"\b(?:this|the|our) {_TALK}\b", re.IGNORECASE)
_END: Final = re.compile(r"(?<![.!?])[.!?]+(?:\s+|$)")


class Answer(StrEnum):
    """What came of it."""

    AGREED = "agreed"
    OBJECTED = "objected"
    TOLD = "told"  # somebody said that it is recorded, and nobody answered
    SILENT = ""  # nobody spoke of it


@dataclass(frozen=True, slots=True)
class Consent:
    """What was said of the recording, and the words: the objection, else the answer, else what it was told with."""

    answer: Answer
    place: Place | None = None

    @property
    def told(self) -> str:
        """Give it as a sentence with its words, empty where nobody spoke of it."""
        return f"{self.answer}: “{self.place.quote}”" if self.place else ""


def consent(conversation: Conversation) -> Consent:
    """Find what was said of the recording. An objection counts whenever it comes; an agreement does not undo it."""
    turns = conversation.turns
    about = [turn for turn in turns if _ABOUT.search(turn.text)]
    for turn in about:
        if found := _OBJECTED.search(turn.text):
            return Consent(Answer.OBJECTED, _sentence(turn, found.start()))
    told = [(turn, found) for turn in about if (found := _TOLD.search(turn.text))]
    asked = [(turn, found) for turn, found in told if _is_of_this_talk(turn, found)]
    for turn, found in asked:
        answer = _answer(turn, found, turns[turn.number + 1 : turn.number + 1 + _ANSWERS])
        if answer:
            return answer
    return Consent(Answer.TOLD, _sentence(asked[0][0], asked[0][1].start())) if asked else Consent(Answer.SILENT)


def _is_of_this_talk(turn: Turn, found: re.Match[str]) -> bool:
    """Whether it is this talk that is recorded: said in its first minutes, or of this call in so many words."""
    return (
        turn.start <= _FIRST or _THIS.search(turn.text, max(0, found.start() - _NEAR), found.end() + _NEAR) is not None
    )


def _answer(asked: Turn, found: re.Match[str], after: Sequence[Turn]) -> Consent | None:
    """Find the answer of the others: a no of the first who speaks or of whoever would rather not, else a yes."""
    agreed: Place | None = None
    answers = [one for one in after if one.label != asked.label]
    minds = _MIND.search(asked.text, max(0, found.start() - _NEAR), found.end() + _NEAR)
    for n, turn in enumerate(answers):
        if no := _RATHER_NOT.match(turn.text):
            return Consent(Answer.OBJECTED, _sentence(turn, no.end() - 1))
        if minds and (fine := _NOT_AT_ALL.match(turn.text)):  # `do you mind?` `no`
            agreed = agreed or _sentence(turn, fine.end() - 1)
        elif not n and (no := _NO.match(turn.text)):
            return Consent(Answer.OBJECTED, _sentence(turn, no.end() - 1))
        elif yes := _YES.search(turn.text, 0, _SOON):
            agreed = agreed or _sentence(turn, yes.start())
    return Consent(Answer.AGREED, agreed) if agreed else None


def _sentence(turn: Turn, at: int) -> Place:
    """Give the sentence that has this place of a turn's text."""
    begin = max((end.end() for end in _END.finditer(turn.text, 0, at)), default=0)
    end = _END.search(turn.text, at)
    quote = turn.text[begin : end.end() if end else len(turn.text)].strip()
    return Place(turn.number, turn.start, quote)
