"""The pages that people see: log-in with consent, and a refusal. One style sheet, no script, nothing from elsewhere."""

from base64 import b64encode
from collections.abc import Collection, Mapping
from hashlib import sha256
from html import escape
from typing import Final
from urllib.parse import urlsplit

from upbeat.localorg.rest import Reply

MEANING: Final = {
    "api": "Manage your data through the APIs",
    "web": "Use the web interface in your name",
    "full": "Do everything that you can do",
    "id": "Know who you are",
    "openid": "Know who you are, by a signed ID token",
    "profile": "Read your profile",
    "email": "Read your email address",
    "address": "Read your address",
    "phone": "Read your phone number",
    "refresh_token": "Do this at any time, until you revoke it",
}

_STYLE: Final = """
:root { color-scheme: light dark; --ground: #f3f3f3; --card: #fff; --text: #181818; --soft: #54565b; --line: #8a8d93;
  --act: #0b5cab; --on-act: #fff; --bad: #b3261e; }
@media (prefers-color-scheme: dark) { :root { --ground: #121417; --card: #1c1f24; --text: #eceef1; --soft: #b3b8c0;
  --line: #7d838d; --act: #8ec5ff; --on-act: #06213f; --bad: #ffb4ab; } }
* { box-sizing: border-box; }
body { margin: 0; min-height: 100vh; display: grid; place-items: center; padding: 1rem; background: var(--ground);
  color: var(--text); font: 1rem/1.5 system-ui, sans-serif; }
main { width: 100%; max-width: 26rem; background: var(--card); border-radius: .5rem; padding: 2rem;
  box-shadow: 0 1px 6px rgb(0 0 0 / .25); overflow-wrap: anywhere; }
h1 { font-size: 1.35rem; line-height: 1.3; margin: 0 0 .25rem; }
p, ul { margin: .5rem 0; } ul { padding-left: 1.25rem; } .soft { color: var(--soft); font-size: .9rem; }
.bad { color: var(--bad); border-left: .25rem solid; padding-left: .75rem; }
label { display: block; margin-top: 1rem; font-weight: 600; }
input { width: 100%; font: inherit; color: inherit; background: transparent; padding: .55rem .7rem; margin-top: .25rem;
  border: 1px solid var(--line); border-radius: .3rem; }
.acts { display: flex; gap: .75rem; margin-top: 1.5rem; }
button { flex: 1; font: inherit; font-weight: 600; padding: .6rem; border-radius: .3rem; cursor: pointer;
  border: 1px solid var(--act); background: var(--act); color: var(--on-act); }
button.no { background: transparent; color: var(--act); }
:focus-visible { outline: 3px solid var(--act); outline-offset: 2px; }
"""
_STYLE_HASH: Final = b64encode(sha256(_STYLE.encode()).digest()).decode()


def consent(
    app: str, scopes: Collection[str], carried: Mapping[str, str], *, username: str = "", error: str = ""
) -> str:
    """Give the page on which a person logs in and allows or denies. `carried` goes along in the form."""
    hidden = "\n".join(
        f'<input type="hidden" name="{escape(name)}" value="{escape(value)}">' for name, value in carried.items()
    )
    asked = "\n".join(f"<li>{escape(meaning)}</li>" for one, meaning in MEANING.items() if one in scopes)
    wrong = f'<p class="bad" id="wrong" role="alert">{escape(error)}</p>' if error else ""
    named = ' aria-invalid="true" aria-describedby="wrong"' if error else ""
    first, second = (" autofocus", "") if not username else ("", " autofocus")
    return _page(
        f"Log in and allow {app}",
        f"""<h1>Allow access to {escape(app)}?</h1>
<p class="soft">This is a local org, a stand-in for Salesforce. Log in as one of its users.</p>
{wrong}
<form method="post" action="/services/oauth2/authorize">
{hidden}
<p>It asks to:</p>
<ul>
{asked}
</ul>
<label for="username">Username</label>
<input id="username" name="username" value="{escape(username)}" autocomplete="username" autocapitalize="none"
  spellcheck="false"{named}{first}>
<label for="password">Password</label>
<input id="password" name="password" type="password" autocomplete="current-password"{named}{second}>
<div class="acts">
<button name="decision" value="allow">Log in and allow</button>
<button name="decision" value="deny" class="no">Deny</button>
</div>
</form>""",
    )


def refusal(error: str, description: str) -> str:
    """Give the page that says why an app cannot be let in, while it is not known where to send the browser."""
    return _page(
        "The app cannot be let in",
        f"""<h1>The app cannot be let in</h1>
<p class="bad" role="alert">error={escape(error)}&amp;error_description={escape(description)}</p>
<p class="soft">Go back to the app, and check its client id and callback URL against the org's connected apps.</p>""",
    )


def maintenance() -> str:
    """Give the page that a service in trouble puts in an answer's place."""
    return _page("Down for maintenance", "<h1>We are down for maintenance.</h1>\n<p>Sorry for the inconvenience.</p>")


def reply(text: str, status: int, *, target: str = "") -> Reply:
    """Give a page as an answer that no other page may frame or script, whose form leads here and to `target` alone."""
    there = urlsplit(target)
    onward = f" {there.scheme}://{there.netloc}" if there.scheme in {"http", "https"} else f" {there.scheme}:"
    policy = (
        f"default-src 'none'; style-src 'sha256-{_STYLE_HASH}'; base-uri 'none'; frame-ancestors 'none'; "
        f"form-action 'self'{onward if target else ''}"
    )
    headers = {"Content-Type": "text/html;charset=UTF-8", "Content-Security-Policy": policy}
    return Reply(status, text.encode(), headers | {"X-Frame-Options": "DENY", "Referrer-Policy": "no-referrer"})


def _page(title: str, content: str) -> str:
    return f"""<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{escape(title)}</title>
<style>{_STYLE}</style>
</head>
<body>
<main>
{content}
</main>
</body>
</html>
"""
