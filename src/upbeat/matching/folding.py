"""A text as plain small letters: scripts written in Latin, accents, capitals and signs left out."""

import re
from typing import Final
from unicodedata import normalize

from anyascii import anyascii

_SIGNS: Final = str.maketrans(
    {chr(code): " " for code in range(128) if not chr(code).isalnum()}
    | {chr(code): chr(code + 32) for code in range(ord("A"), ord("Z") + 1)}
    | {"'": "", "`": "", "&": " and ", "+": " and "}
)
_DOTTED: Final = re.compile(
    r"\b(?:[A-Za-z]\.){1,7}[A-Za-z]\b(?!')|\b(?:[A-Za-z]\.){2,7}|\b(?:[AaIiKk]/[Ss]|[Ss]/[Aa])\b|\b[Ff]\.lli\b"
)
_COOPERATIVE: Final = re.compile(r"\b([Cc][Oo])-(?=[Oo][Pp])")  # elsewhere a hyphen stands between two words
_MESSRS: Final = re.compile(r"^\W*[Mm]/[Ss]\b")  # India's way to begin a firm's name
_LOST: Final = re.compile("(?<=[a-z])[?\N{REPLACEMENT CHARACTER}](?=s\\b)")  # an apostrophe that a wrong encoding cost
_GLUED_FORMS: Final = ("AG", "SE", "SA", "AB", "GmbH", "BV", "NV", "Inc", "Ltd", "LLC", "PLC", "SpA", "SRL", "Oy", "AS")
_GLUED: Final = re.compile(rf"(?<=[a-z]{{3}})(?=(?:{'|'.join(_GLUED_FORMS)})$)")
_EASTERN: Final = {  # legal forms in scripts that put no space around them, as they stand from Japan to Thailand
    "株式会社": "kk",
    "㈱": "kk",
    "(株)": "kk",
    "有限会社": "yk",
    "合同会社": "gk",
    "股份有限公司": "coltd",
    "有限责任公司": "coltd",
    "有限責任公司": "coltd",
    "有限公司": "coltd",
    "주식회사": "coltd",
    "(주)": "coltd",
    "유한회사": "coltd",
    "บริษัท": "coltd",
    "จำกัด": "ltd",
    "มหาชน": "pcl",
}
_SPACED: Final = {  # that are words of their own, and others in Latin letters: a Ukrainian form is no `Tov`
    "ИП": "coltd",
    "ТОВ": "coltd",  # noqa: RUF001
    "ТОО": "coltd",  # noqa: RUF001
    "ФОП": "coltd",
    "ПрАТ": "coltd",
    "שותפות מוגבלת": "lp",
    'בע"מ': "ltd",
    "בע״מ": "ltd",
    "شركة": "coltd",
    "المحدودة": "ltd",
    "محدودة": "ltd",
    "ذ.م.م": "llc",
}
_TRADES: Final = {  # and trades: in English, as companies of Japan and China call theirs
    "技术": "technology",
    "技術": "technology",
    "科技": "technology",
    "自動車": "motor",
    "汽车": "motor",
    "電機": "electric",
    "电机": "electric",
    "電気": "electric",
    "电器": "electric",
    "银行": "bank",
    "銀行": "bank",
    "集团": "group",
    "集團": "group",
    "グループ": "group",
    "控股": "holding",
    "ホールディングス": "holding",
    "重工業": "heavy industry",
    "工業": "industry",
    "工业": "industry",
    "国际": "international",
    "國際": "international",
    "通信": "communication",
    "软件": "software",
    "ホテル": "hotel",
    "酒店": "hotel",
    "大学": "university",
    "中国": "china",
    "中國": "china",
    "日本": "japan",
}
_HAN: Final = re.compile("[\u3400-\u9fff]")
_FORMS: Final = {normalize("NFKC", form): written for form, written in (_EASTERN | _SPACED | _TRADES).items()}
_ENDS: Final = tuple(normalize("NFKC", form) for form in _SPACED)
_FORM: Final = re.compile(
    "|".join(
        rf"(?<!\w){re.escape(form)}(?!\w)" if form in _ENDS else re.escape(form)
        for form in sorted(_FORMS, key=len, reverse=True)
    )
)
LONGEST: Final = 255  # characters that Salesforce keeps of a name or a street: of longer texts no more is read
_DIGRAPHS: Final = (("ae", "a"), ("oe", "o"), ("ue", "u"))


def latin(text: str) -> str:
    """Give a text in ASCII letters: `Sao Paulo` for `São Paulo`, `Gazprom` for `Газпром`."""
    if text.isascii():
        return text
    return anyascii(_FORM.sub(lambda found: f" {_FORMS[found.group()]} ", normalize("NFKC", text)))


def words(text: str) -> list[str]:
    """Give a text's words in small ASCII letters and digits, in order.

    Letters with full stops between them are one word (`p.l.c.` is `plc`), `&` is `and`, and a legal form that was glued
    to a name stands alone (`SiemensAG` is `siemens ag`).
    """
    text = text[:LONGEST]
    bare = latin(_LOST.sub("", text) if "?" in text or "\N{REPLACEMENT CHARACTER}" in text else text)
    if "." in bare[:-1] or "/" in bare:
        bare = _DOTTED.sub(_undotted, _MESSRS.sub("messrs", bare))
    if "-" in bare:
        bare = _COOPERATIVE.sub(r"\1", bare)
    if bare.endswith(_GLUED_FORMS):
        bare = _GLUED.sub(" ", bare)
    return bare.translate(_SIGNS).split()


def han(text: str) -> bool:
    """Whether a text has Chinese characters that no table reads: which reading they have nobody can tell from them."""
    return not text.isascii() and bool(_HAN.search(_FORM.sub("", normalize("NFKC", text))))


def without_umlauts(word: str) -> str:
    """Give a word with `ae`, `oe` and `ue` as the bare vowels, as umlauts are folded: `mueller` is `muller`."""
    for written, bare in _DIGRAPHS:
        word = word.replace(written, bare)
    return word


def _undotted(found: re.Match[str]) -> str:
    return found.group().replace(".", "").replace("/", "") + " "
