"""Secrets in files: they are named, and never written."""

from collections.abc import Iterable
from typing import Any, Final, cast

from upbeat.base.files import refuse

THIS_MACHINE: Final = ("localhost", "127.0.0.1", "::1")  # where nothing is read on its way
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


def _names(value: Any) -> Iterable[Any]:
    return cast("dict[Any, Any]", value) if isinstance(value, dict) else ()
