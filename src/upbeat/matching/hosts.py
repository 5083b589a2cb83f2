"""The domain that somebody registered, of a web or email address: what companies are told apart by on the web."""

import re
from functools import cache, lru_cache
from typing import Final

from tldextract import TLDExtract

from upbeat.base import host
from upbeat.matching.likeness import Evidence

_SAME: Final = Evidence(1.0, 9.0, "the same domain")  # it belongs to one company: nothing else says so much
_LABEL: Final = Evidence(0.7, 3.0, "the same name under another ending")  # acme.com and acme.de, or two with one idea
_OTHER: Final = Evidence(0.0, -2.0, "another domain")  # a company has several, sometimes
_PLAIN: Final = re.compile(r"(?:https?://)?(?:www\.)?([a-z0-9-]+\.[a-z]+)/?")  # nothing but a host of two labels
_SUFFIXES: Final = TLDExtract(
    suffix_list_urls=(), cache_dir=None, include_psl_private_domains=True
)  # the list it ships
_WRITTEN: Final = re.compile(  # in a name of a company, among words
    r"(?<!\S)(?:https?://)?(?:[Ww]{3}\.)?([A-Za-z0-9-]{2,}\.(?:[A-Za-z]{2,3}\.)?[A-Za-z]{2,})/?(?![^\s,;)])"
)
_CACHED: Final = 1 << 14  # hosts


@lru_cache(maxsize=_CACHED)
def domain(address: str) -> str:
    """Give the registered domain of a web or email address: `acme.co.uk` of `www.shop.acme.co.uk/about`.

    Empty for none, for a public mail provider, for a page of a site that many share (`linkedin.com`), and for a host
    that is itself a suffix below which others register.
    """
    plain = _PLAIN.fullmatch(address)
    found = host(plain[1] if plain else address)
    if not found or (plain and found not in _public()):
        return found
    parts = _SUFFIXES.extract_str(found)
    if parts.suffix:
        whole = parts.top_domain_under_public_suffix
    else:  # an ending that the list does not know is one label, unless it is an address of numbers
        whole = ".".join(found.split(".")[-2:]) if found[-1].isalpha() else ""
    return host(whole) if whole else ""


def labels(text: str) -> str:
    """Give a name of a company with the hosts in it as their registered labels: `acme` for `www.acme.co.uk`."""
    return _WRITTEN.sub(_label, text)


def _label(found: re.Match[str]) -> str:
    parts = _SUFFIXES.extract_str(found[1].lower())
    return parts.domain if parts.suffix and len(parts.domain) > 1 else found[0]


def compare(one: str, other: str) -> Evidence | None:
    """Say how like two registered domains are; None where one is missing."""
    if not (one and other):
        return None
    if one == other:
        return _SAME
    return _LABEL if one.partition(".")[0] == other.partition(".")[0] else _OTHER


@cache
def _public() -> frozenset[str]:
    """Give the suffixes below which people register: `co.uk`, `github.io`."""
    return frozenset(_SUFFIXES.tlds)
