"""Secrets in files: they are named, and never written."""

import re
from collections.abc import Iterable
from typing import Any, Final, cast

from upbeat.base.files import refuse

THIS_MACHINE: Final = ("localhost", "127.0.0.1", "::1")  # where nothing is read on its way
_SECRET_NAME: Final = re.compile(
    r"token|secret|passw(or)?d|passphrase|pwd|credential|signature|bearer|jwt|session|cookie|"
    r"auth(entication|ori[sz]ation)?$|(?<!ssl)key$|^(pass|sig)$"  # PostgreSQL's sslkey is a path
)
_LOGIN: Final = re.compile(r"\s*(bearer|basic|digest|token)\s+\S", re.IGNORECASE)
_SECRETS: Final = ("client_secret", "secret", "password", "token", "access_token", "refresh_token")


def no_secret(value: Any) -> Any:
    """Give a block's values back as they are. Refuses one that holds a secret itself."""
    written = next((name for name in _SECRETS if name in _names(value)), "")
    if written:
        raise refuse(
            f"{written} is written in the file, where everyone who reads the file reads it",
            "Write 'secret_env: NAME' of an environment variable, or 'secret_file: path' of a file only you can read.",
        )
    return value


def sounds_secret(name: str) -> bool:
    """Whether what has this name is a secret, in whatever spelling: `X-Auth-Token`, `api-key`, `client_secret`."""
    return _SECRET_NAME.search(re.sub(r"[^a-z0-9]", "", name.casefold())) is not None


def logs_in(value: str) -> bool:
    """Whether this is the value of a header that logs in: `Bearer ...`."""
    return _LOGIN.match(value) is not None


def _names(value: Any) -> Iterable[Any]:
    return cast("dict[Any, Any]", value) if isinstance(value, dict) else ()
