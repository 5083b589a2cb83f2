"""upbeat.yaml as a program writes it: its `org`, `mail` and `slack`, and every comment and other line as it was."""

from collections.abc import Mapping, Sequence
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


def write_approvers(file: Path, client_id: str, users: Sequence[str]) -> None:
    """Write who lends their name, and in which app; without anybody the block goes."""
    yaml, root = _read(file)
    if users:
        written: Any = CommentedMap({"client_id": client_id, "users": list(users)})
        written.fa.set_flow_style()
        root["org"]["approving"] = written
    else:
        root["org"].pop("approving", None)
    _write(yaml, root, file)


def write_block(file: Path, name: str, values: Mapping[str, Any]) -> None:
    """Write one block, in the place of what stood there."""
    yaml, root = _read(file)
    _set(root, name, values)
    _write(yaml, root, file)


def with_block(file: Path, name: str, values: Mapping[str, Any]) -> bytes:
    """Give the file as it would be with this block."""
    yaml, root = _read(file)
    _set(root, name, values)
    return _text(yaml, root).encode()


def _set(root: Any, name: str, values: Mapping[str, Any]) -> None:
    written: Any = CommentedMap(values)
    root[name] = written


def _read(file: Path) -> tuple[Any, Any]:
    yaml: Any = YAML()  # round trip
    yaml.preserve_quotes = True
    yaml.width = 120
    return yaml, yaml.load(file.read_text(encoding="utf-8"))


def _write(yaml: Any, root: Any, file: Path) -> None:
    mode = file.stat().st_mode & 0o777
    write_private(file, _text(yaml, root).encode())
    file.chmod(mode)  # it holds no secret, and may be read as before


def _text(yaml: Any, root: Any) -> str:
    text = StringIO()
    yaml.dump(root, text)
    return text.getvalue()
