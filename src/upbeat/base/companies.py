"""What makes two records the same company's, to the letter: its host on the web, and its name without trimmings."""

import re
from typing import Final
from unicodedata import combining, normalize
from urllib.parse import urlsplit

_LEGAL_FORMS = """
    ab ag aktiengesellschaft aps as asa bv co company corp corporation gmbh inc incorporated jsc kg kgaa limited llc llp
    lp ltd ltda nv oy oyj plc pllc pte pty sa sarl sas se sl spa spzoo srl
"""
_PUBLIC_MAIL = """
    126.com 163.com aol.com att.net bellsouth.net btinternet.com charter.net comcast.net cox.net duck.com earthlink.net
    fastmail.com free.fr gmail.com gmx.at gmx.ch gmx.com gmx.de gmx.net googlemail.com hey.com hotmail.co.uk hotmail.com
    hotmail.de hotmail.es hotmail.fr hotmail.it icloud.com laposte.net libero.it live.co.uk live.com live.fr mac.com
    mail.com mail.ru me.com msn.com naver.com ntlworld.com optonline.net orange.fr outlook.com outlook.de outlook.es
    outlook.fr pm.me proton.me protonmail.com qq.com rediffmail.com rocketmail.com sbcglobal.net sfr.fr sky.com
    t-online.de tuta.io uol.com.br verizon.net virginmedia.com wanadoo.fr web.de yahoo.ca yahoo.co.in yahoo.co.jp
    yahoo.co.uk yahoo.com yahoo.com.au yahoo.com.br yahoo.de yahoo.es yahoo.fr yahoo.it yandex.com yandex.ru ymail.com
    zoho.com
"""
_SHARED_PAGES = """
    facebook.com instagram.com linkedin.com linktr.ee m.facebook.com sites.google.com tiktok.com twitter.com x.com
    yelp.com youtube.com
"""
LEGAL_FORMS: Final = frozenset(_LEGAL_FORMS.split())
SHARED_HOSTS: Final = frozenset((_PUBLIC_MAIL + _SHARED_PAGES).split())  # they say nothing of who somebody works for
_WRITTEN_OUT: Final = {
    "aktiebolag": "ab",
    "besloten vennootschap": "bv",
    "gesellschaft mit beschränkter haftung": "gmbh",
    "gesellschaft mit beschrankter haftung": "gmbh",
    "joint stock company": "jsc",
    "kommanditgesellschaft": "kg",
    "limited liability company": "llc",
    "limited liability partnership": "llp",
    "naamloze vennootschap": "nv",
    "public limited company": "plc",
    "sa de cv": "sa",
    "sociedad anónima": "sa",
    "sociedad anonima": "sa",
    "sociedad limitada": "sl",
    "societa a responsabilita limitata": "srl",
    "società a responsabilità limitata": "srl",
    "societa per azioni": "spa",
    "società per azioni": "spa",
    "societe a responsabilite limitee": "sarl",
    "société à responsabilité limitée": "sarl",
    "societe anonyme": "sa",
    "société anonyme": "sa",
    "societe par actions simplifiee": "sas",
    "société par actions simplifiée": "sas",
    "sp z oo": "spzoo",
}  # with accents, and as a text reads that has lost them
_ENDS: Final = tuple(f" {long}" for long in _WRITTEN_OUT)
_WORDS: Final = re.compile(r"[^\W_]+")
_INSIDE: Final = re.compile(r"[.'\u2019]")  # signs that stand inside a word
_STROKES: Final = str.maketrans({"æ": "ae", "ð": "d", "đ": "d", "ł": "l", "ø": "o", "œ": "oe", "þ": "th"})


def host(text: str) -> str:
    """Give the host of a web or email address, without `www.`; empty for none, and for one that many share."""
    bare = text.strip().casefold()
    try:
        found = urlsplit(bare if "://" in bare else f"//{bare}").hostname or ""
    except ValueError:
        return ""
    found = found.removeprefix("www.").rstrip(".")
    return found if "." in found and found not in SHARED_HOSTS else ""


def company(name: str) -> str:
    """Give a company's name without case, punctuation and legal form: `acme tools` for `ACME Tools, Inc.`."""
    return name_and_form(name)[0]


def name_and_form(name: str) -> tuple[str, str]:
    """Give a company's name as `company` does, and its legal form, `inc`, or `` where it says none."""
    bare = " ".join(_WORDS.findall(_INSIDE.sub("", name.casefold())))
    if bare.endswith(_ENDS):
        for long, short in _WRITTEN_OUT.items():
            if bare.endswith(f" {long}"):
                bare = bare.removesuffix(long) + short
    words, form = bare.split(), ""
    while len(words) > 1 and words[-1] in LEGAL_FORMS:
        form = words.pop()
    return " ".join(words), form


def plain(text: str) -> str:
    """Give a text without capitals, accents and what stands around it: `sao paulo` for ` São Paulo`.

    An umlaut loses its dots, and a letter with a stroke or two in one is written as most keyboards can: `o` for ø.
    """
    if text.isascii():
        return text.casefold().strip()
    bare = "".join(letter for letter in normalize("NFKD", text) if not combining(letter))
    return bare.casefold().translate(_STROKES).strip()
