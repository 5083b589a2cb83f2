"""Questions: sentences that end in a question mark, and which of them no yes or no answers."""

import re
from collections.abc import Iterator
from typing import Final

_ASKED: Final = re.compile(r"\?(?=\s|$)|[\uff1f\u061f]")
_SENTENCE: Final = re.compile(r"(?<![.!?\u2026])[.!?\u2026]+[\"'\u201d\u2019)\]]*(?:\s+|$)|[\u3002\uff1f\u061f]+\s*")
_CLAUSES: Final = re.compile(r"\s*[,;:\u2013\u2014]\s*|\s-+\s")
_OPENERS: Final = {
    "en": "what how why who whom whose where when which",
    "de": "was wie warum wieso wer wen wem wessen wo wann welche welcher welches welchen",
    "fr": "comment pourquoi qui où quand quel quelle quels quelles combien qu'est-ce",
    "es": "qué cómo quién dónde cuándo cuál cuánto cuánta cuántos cuántas",
    "it": "come perché chi dove quando quale quali quanto quanti cosa",
    "nl": "hoe waarom wat welke welk waar wie wanneer",
    "pt": "como quem onde quando qual quais quanto quantos",
    "sv": "hur varför vad vem vilka när",
    "da": "hvordan hvorfor hvad hvem hvornår hvilke",
    "no": "hvordan hvorfor hva hvem når hvilke",
}
"""Words with which a question begins that asks for more than yes or no, by language."""

_OPENS: Final = {code: frozenset(words.split()) for code, words in _OPENERS.items()}
_INVITES: Final = re.compile(
    r"(?:(?:can|could|would|will) (?:i|you|we|somebody|someone) )?(?:please |just |maybe |quickly )*"
    r"(?:ask (?:about|you about)|say (?:more|a bit)|tell (?:me|us)|walk (?:me|us) through|talk (?:me|us) through"
    r"|describe|explain|elaborate|help (?:me|us) understand)\b"
)
"""`Can you walk me through …` has the form of a closed question, and asks for a story."""

_SMALL: Final = re.compile(
    r"(?:(?:and|so|but|or|okay|ok|right|well|um|uh|er|oh|ah|yeah|yes|no|sorry|now|then|also|just|actually|roughly"
    r"|exactly|can i ask|may i ask|i was wondering|i wonder|any idea|do you know"
    r"|since|from|by|for|to|at|in|on|of|with|about)\s+)+"
)
_CLOSED: Final = frozenset(
    """
    am are aren't can can't could couldn't did didn't do does doesn't don't had has hasn't have haven't is isn't may
    might shall should was wasn't were weren't will won't would wouldn't
    """.split()  # noqa: SIM905 - words read best so
)
_PROPOSES: Final = re.compile(r"(?:what if|how about)\b")
_HEAD: Final = re.compile(r"[^\W\d_]+(?:['\u2019-][^\W\d_]+)*")


def questions(text: str) -> list[str]:
    """Give the sentences of a text that end in a question mark, as each was said; `?!` ends an outcry, and is none."""
    found, begin = list[str](), 0
    for mark in _SENTENCE.finditer(text):
        if _ASKED.search(text, mark.start(), mark.end()):
            found.append(text[begin : mark.end()].strip())
        begin = mark.end()
    return found


def is_open(question: str, language: str = "en") -> bool:
    """Whether a question asks for more than yes or no.

    The first of its clauses that begins like a question says so: with what, how, why and the like, or inviting a story
    (`walk me through`). What stands before does not count: `So, um, Denise, how …`; one word alone is no clause:
    `it's been, what, a year?`. `What if` and `how about` propose something, which is answered with yes or no.
    """
    openers = _OPENS.get(language, _OPENS["en"])
    for clause in _clauses(question):
        first = _HEAD.match(clause)
        word = first[0].replace("\u2019", "'") if first else ""
        if word in openers or word.removesuffix("'s") in openers or word.removesuffix("'re") in openers:
            return _PROPOSES.match(clause) is None
        if _INVITES.match(clause):
            return True
        if word in _CLOSED and language == "en":
            return False
    return False


def _clauses(question: str) -> Iterator[str]:
    """Give the clauses of a question in small letters, without the small words that each begins with."""
    for clause in _CLAUSES.split(question.casefold().strip("\xbf?\uff1f\u061f .!")):
        small = _SMALL.match(f"{clause} ")
        bare = clause[small.end() :] if small else clause
        if " " in bare or question.count(" ") == clause.count(" "):
            yield bare
