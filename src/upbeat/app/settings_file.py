"""upbeat.yaml as a program writes it: its `org` alone, with every comment and every other line left as it was."""

from collections.abc import Mapping
from io import StringIO
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap

from upbeat.base import write_private

# ruamel is untyped: what it gives is Any here.


def write_connection(file: Path, url: str, name: str, connection: Mapping[str, str], stream: str) -> None:
    """Write an identity into `org`, and where the stream is; an empty `stream` takes it away."""
    yaml, root = _read(file)
    org: Any = root.setdefault("org", CommentedMap())
    org["login_url"] = url
    written: Any = CommentedMap(connection)
    written.fa.set_flow_style()
    org[name] = written
    if stream:
        org["stream"] = stream
    else:
        org.pop("stream", None)
    _write(yaml, root, file)


def _read(file: Path) -> tuple[Any, Any]:
    yaml: Any = YAML()  # round trip
    yaml.preserve_quotes = True
    yaml.width = 120
    return yaml, yaml.load(file.read_text(encoding="utf-8"))


def _write(yaml: Any, root: Any, file: Path) -> None:
    text, mode = StringIO(), file.stat().st_mode & 0o777
    yaml.dump(root, text)
    write_private(file, text.getvalue().encode())
    file.chmod(mode)  # it holds no secret, and may be read as before
