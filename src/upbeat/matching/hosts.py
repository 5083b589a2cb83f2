"""The domain that somebody registered, of a web or email address: what companies are told apart by on the web."""

from functools import lru_cache
from typing import Final

from tldextract import TLDExtract

from upbeat.base import host

_SUFFIXES: Final = TLDExtract(
    suffix_list_urls=(), cache_dir=None, include_psl_private_domains=True
)  # the list it ships
_CACHED: Final = 1 << 16  # hosts


@lru_cache(maxsize=_CACHED)
def domain(address: str) -> str:
    """Give the registered domain of a web or email address: `acme.co.uk` of `www.shop.acme.co.uk/about`.

    Empty for none, for a public mail provider, for a page of a site that many share (`linkedin.com`), and for a host
    that is itself a suffix below which others register.
    """
    found = host(address)
    if not found:
        return ""
    parts = _SUFFIXES.extract_str(found)
    if parts.suffix:
        whole = parts.top_domain_under_public_suffix
    else:  # an ending that the list does not know is one label, unless it is an address of numbers
        whole = ".".join(found.split(".")[-2:]) if found[-1].isalpha() else ""
    return host(whole) if whole else ""


@lru_cache(maxsize=_CACHED)
def label(registered: str) -> str:
    """Give what of a registered domain its owner chose: `acme` of `acme.co.uk`."""
    return registered.partition(".")[0]
