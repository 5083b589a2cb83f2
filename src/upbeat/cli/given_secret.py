"""A secret that somebody gives on the command line: by a file, by the environment, or asked for; never as an option."""

import os
import sys
from dataclasses import dataclass, field
from pathlib import Path

import typer

from upbeat.base import read_private
from upbeat.operations import Refused


@dataclass(frozen=True, slots=True)
class GivenSecret:
    """A secret, and what upbeat.yaml says of where it lies; `keep` where it is to be kept, as it lies nowhere yet."""

    secret: str = field(repr=False)
    named: dict[str, str]
    keep: bool = False


def given_secret(file: Path | None, variable: str, what: str, *, people: bool) -> GivenSecret:
    """Take the secret that `what` names in words. Raises Refused where it is to be asked for and nobody is there."""
    if file is not None:
        held = read_private(file, "the secret", f"Put {what} in it.").decode().strip()
        return GivenSecret(held, {"secret_file": str(file.absolute())})
    if variable:
        return GivenSecret(os.environ.get(variable, ""), {"secret_env": variable})
    if not (people and sys.stdin.isatty()):
        raise Refused(f"nobody is there to be asked for {what}", fix="Add --secret-file or --secret-env.")
    asked = typer.prompt(f"{what[0].upper()}{what[1:]}", hide_input=True)
    return GivenSecret(str(asked).strip(), {"kept": "secret"}, keep=True)
