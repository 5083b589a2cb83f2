"""Bytes as text, by the charset that they are said to be in and, where that is none, by what they most likely are."""

import codecs
from functools import lru_cache
from typing import Final

_AS_BROWSERS_DO: Final = {  # what writes Latin-1 means Windows-1252: WHATWG Encoding Standard, 4.2
    "ascii": "utf-8",
    "us-ascii": "utf-8",
    "iso-8859-1": "cp1252",
    "latin-1": "cp1252",
    "latin1": "cp1252",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "ks_c_5601-1987": "cp949",
    "euc-kr": "cp949",
    "shift_jis": "cp932",
    "unicode-1-1-utf-7": "utf-7",
}
_NO_CHARSETS: Final = frozenset(
    {"idna", "punycode", "unicode-escape", "raw-unicode-escape", "undefined", "mbcs", "oem"}
)


def decoded(raw: bytes, charset: str = "") -> str:
    """Give bytes as text, whatever they are: what does not fit its charset stands as a replacement sign."""
    named = codec_of(charset)
    if named and named != "utf-8":
        return raw.decode(named, "replace")
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        return raw.decode("utf-8" if named else "cp1252", "replace")


@lru_cache(maxsize=256)
def codec_of(charset: str) -> str:
    """Give the name of the codec of a charset; empty where there is none, or it is none that mail is written in."""
    name = charset.strip("'\" ").casefold()
    try:
        found = codecs.lookup(_AS_BROWSERS_DO.get(name, name)) if name.isascii() and len(name) < 40 else None
        if found is None or found.name in _NO_CHARSETS:
            return ""
        b"a".decode(found.name, "replace")  # some codecs are none of text
    except (LookupError, ValueError):
        return ""
    return found.name
