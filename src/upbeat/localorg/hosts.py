"""Hosts: where a server listens, and by which it is reached."""

from ipaddress import ip_address
from typing import Final

from upbeat.localorg.problems import OrgError

LOOPBACK: Final = ("localhost", "127.0.0.1", "::1")
"""By what a machine reaches itself."""

LAST_PORT: Final = 65_535
_EVERYWHERE: Final = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104  addresses to listen at that no client asks for


def reached(host: str) -> str:
    """Give the host, as an address has it, by which this machine reaches a server that listens at one."""
    near = _EVERYWHERE.get(host, host)
    return f"[{near}]" if ":" in near else near


def check_port(port: int) -> None:
    """Raise OrgError where no server can listen at a port of this number."""
    if not 0 <= port <= LAST_PORT:
        raise OrgError(f"there is no port {port}", fix=f"Give one of 1 to {LAST_PORT}, or 0 for a free one.")


def is_everywhere(host: str) -> bool:
    """Whether a server that listens at it listens at every address of the machine."""
    return host in _EVERYWHERE


def is_loopback(host: str) -> bool:
    """Whether only this machine reaches a server that listens at it."""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
