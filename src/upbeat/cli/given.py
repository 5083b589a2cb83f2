"""A text as a command is given it: in its place on the line, on standard input, or in a file."""

from pathlib import Path

import typer

from upbeat.operations import Refused

MOST_BYTES = 10_000_000  # of a file; a formula or a query itself has far less


def text_of(what: str, text: str, file: Path | None) -> str:
    """Give the one text that was meant; `what` is what it is: `formula`. Raises Refused for none, or two."""
    if bool(text) == (file is not None):
        raise Refused(
            f"there is more than one {what}" if text else f"there is no {what}",
            fix="Write it in quotes, or - to read standard input, or name a file with --file.",
        )
    if file is not None:
        return _decoded(read_bytes(file), str(file))
    return _decoded(typer.get_binary_stream("stdin").read(MOST_BYTES), "standard input") if text == "-" else text


def read_bytes(file: Path) -> bytes:
    """Give what a file holds, as far as it can be meant. Raises OSError."""
    with file.open("rb") as opened:
        return opened.read(MOST_BYTES)


def _decoded(raw: bytes, where: str) -> str:
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise Refused("this is no UTF-8 text", where=where) from None
