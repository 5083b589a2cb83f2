"""What somebody may do in the console. Every route names one of these; what is not given is refused."""

from typing import Final

from upbeat.workflows import Permission

__all__ = ["BY_PEOPLE", "Permission"]

BY_PEOPLE: Final = frozenset({Permission.DECIDE, Permission.CONNECT})
"""What a program may look at and never do, in whosever name it comes: a person decides, and handles secrets."""
