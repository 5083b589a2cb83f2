"""What makes two records the same company's, to the letter: its host on the web, and its name without trimmings."""

import re
from urllib.parse import urlsplit

_LEGAL_FORMS = """
    ab ag aps as asa bv co company corp corporation gmbh inc incorporated kg kgaa limited llc llp lp ltd ltda nv oy oyj
    plc pllc pte pty sa sarl sas se sl spa srl
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
LEGAL_FORMS = frozenset(_LEGAL_FORMS.split())
SHARED_HOSTS = frozenset((_PUBLIC_MAIL + _SHARED_PAGES).split())  # they say nothing of who somebody works for


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
    words = re.findall(r"[^\W_]+", re.sub(r"[.'\u2019]", "", name.casefold()))
    while len(words) > 1 and words[-1] in LEGAL_FORMS:
        words.pop()
    return " ".join(words)
