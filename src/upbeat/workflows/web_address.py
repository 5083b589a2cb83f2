"""An address on the web that a file names: read by nobody on its way, and holding no login."""

from urllib.parse import urlsplit

from upbeat.base.files import refuse
from upbeat.workflows.secrets import THIS_MACHINE


def web_address(value: str) -> str:
    """Give the address, without the slashes at its end. Raises what pydantic tells where it is none, or is not safe."""
    found = urlsplit(value)
    host = found.hostname or ""
    if found.scheme not in {"http", "https"} or not host or found.query or found.fragment:
        raise refuse(f"{value} is no address of a server", "Write https://, a host, and a path where it has one.")
    if found.scheme == "http" and host not in THIS_MACHINE:
        raise refuse(f"what is said would go to {host} in the clear", "Write https://.")
    if found.username or found.password:
        raise refuse("the address holds a login, where everyone who reads the file reads it", "Leave it out.")
    return value.rstrip("/")
