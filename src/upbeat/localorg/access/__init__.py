"""Who may come in: connected apps, people with passwords, what people granted to apps, and sessions."""

from upbeat.localorg.access.apps import PLATFORM_CLI, SCOPES, ConnectedApp, check_consumer_key
from upbeat.localorg.access.door import Access
from upbeat.localorg.access.grants import CODE_LIVES, Code
from upbeat.localorg.access.people import Person
from upbeat.localorg.access.secrets import new_password
from upbeat.localorg.access.sessions import Session

__all__ = [
    "CODE_LIVES",
    "PLATFORM_CLI",
    "SCOPES",
    "Access",
    "Code",
    "ConnectedApp",
    "Person",
    "Session",
    "check_consumer_key",
    "new_password",
]
