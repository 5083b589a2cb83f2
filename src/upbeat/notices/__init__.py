"""Notices: what people are told of by message, each as a row with its reason, and when it may reach them.

Every room above says `tell` in its own transaction; nothing is sent here. The engine hands what is due to the gate and
to `apply`.
"""

from upbeat.notices.links import ExpiredLinkError, LinkError, Links, OthersLinkError, Thing
from upbeat.notices.notice import Kind, Notice, State
from upbeat.notices.rows import take_back, tell

__all__ = [
    "ExpiredLinkError",
    "Kind",
    "LinkError",
    "Links",
    "Notice",
    "OthersLinkError",
    "State",
    "Thing",
    "take_back",
    "tell",
]
