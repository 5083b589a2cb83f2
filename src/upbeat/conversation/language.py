"""In which language people talk: by its script, or by the small words that no sentence does without.

Rules read English. What is said in another language is kept as it is, and said to be so; nothing is guessed from it.
"""

import re
from collections import Counter
from collections.abc import Iterable
from typing import Final

_SCRIPTS: Final = (
    ("ja", re.compile("[\u3040-\u30ff]")),
    ("zh", re.compile("[\u4e00-\u9fff]")),
    ("ko", re.compile("[\uac00-\ud7af]")),
    ("ar", re.compile("[\u0620-\u064a]")),
    ("he", re.compile("[\u05d0-\u05ea]")),
    ("el", re.compile("[\u03b1-\u03c9]")),
    ("ru", re.compile("[\u0430-\u044f]")),
    ("hi", re.compile("[\u0904-\u0939]")),
    ("th", re.compile("[\u0e01-\u0e2e]")),
)
_LATIN: Final = re.compile(r"[a-z\u00df-\u024f]")
_SMALL: Final = {
    "cs": "že jsem jsme ale jako když není tady protože nebo také byl máme ještě",
    "da": "jeg ikke det og er som vi har også hvad hvor skal til af på mig kan godt være",
    "de": "und ich nicht das ist wir sie ein der die wie auch aber haben mit auf für noch oder dann",
    "en": "the and you that it is we of to have what but so with for are was they this not",
    "es": "que de no el la los es en por con para una pero como más está muy eso tenemos porque",
    "fi": "että ja on ei se mutta kun niin mitä minä meillä ovat tämä sitten olla",
    "fr": "et je vous que pas nous les est des une pour dans qui mais avec ce sur c'est ça j'ai",
    "it": "che non di è per una sono con ma come anche più questo abbiamo della il perché quindi",
    "nl": "het een dat ik niet we zijn wij maar ook voor van met wat heb hebben naar dan er nog",
    "no": "jeg ikke det og er som vi har også hva hvor skal til av på meg kan noe være",
    "pl": "nie się że jest to na co jak ale czy mamy tak dla przez jestem już tego",
    "pt": "que não de um uma é para com mas como mais isso você nós está então porque temos os",
    "sv": "jag inte det och är som vi har också vad hur ska till av på mig kan något vara",
    "tr": "bir ve bu için ne ama çok var değil da ben biz olarak daha gibi evet",
}
_TABLE: Final = {code: frozenset(words.split()) for code, words in _SMALL.items()}
_WORDS: Final = re.compile(r"[^\W\d_]+(?:['\u2019][^\W\d_]+)?")
_MANY: Final = 1000  # words that are looked at: more tell nothing new
_FEW: Final = 4  # words of a language that must be among them before it is named
_THREE: Final = """
    ara ar, ces cs, dan da, deu de, dut nl, ell el, eng en, fin fi, fra fr, fre fr, ger de, heb he, hin hi, ita it,
    jpn ja, kor ko, nld nl, nor no, pol pl, por pt, rus ru, spa es, swe sv, tha th, tur tr, zho zh
"""  # codes of ISO 639-2, which Gong tells, and those of ISO 639-1
_CODES: Final = {long: short for long, _, short in (pair.strip().partition(" ") for pair in _THREE.split(","))}
_TWO: Final = 2


def code(told: str) -> str:
    """Give the code of ISO 639-1 of a language that a source tells: `en` for `eng` and `en-GB`; empty for others."""
    bare = re.split(r"[-_]", told.strip().casefold())[0]
    return bare if len(bare) == _TWO and bare.isalpha() else _CODES.get(bare, "")


def spoken(texts: Iterable[str]) -> str:
    """Give the code of the language that most of the words are in, empty where nothing tells."""
    text = " ".join(texts)[: _MANY * 8].casefold()
    if not text.isascii():
        letters = {name: len(script.findall(text)) for name, script in _SCRIPTS}
        most = max(letters, key=lambda name: letters[name])
        if letters[most] > len(_LATIN.findall(text)):
            return "ja" if most == "zh" and letters["ja"] else most  # Japanese has Chinese characters
    words = Counter(_WORDS.findall(text)[:_MANY])
    found = {code: sum(words[one] for one in small) for code, small in _TABLE.items()}
    best = max(found, key=lambda one: found[one])
    return best if found[best] >= _FEW else ""
