"""What is one person's own: the flags on their records, what is theirs to do next, and what a link opens to them."""

from upbeat.notices import ExpiredLinkError, OthersLinkError
from upbeat.operations.mine.flags import Ask, Flag, Reported, Stands, Taken, my_flag, my_flags
from upbeat.operations.mine.opening import open_link
from upbeat.operations.mine.overview import Overview, SealStands, overview, seal_stands
from upbeat.operations.mine.setting_out import ToSetUp, to_set_up
from upbeat.operations.mine.today import Today, Told, today

__all__ = [
    "Ask",
    "ExpiredLinkError",
    "Flag",
    "OthersLinkError",
    "Overview",
    "Reported",
    "SealStands",
    "Stands",
    "Taken",
    "ToSetUp",
    "Today",
    "Told",
    "my_flag",
    "my_flags",
    "open_link",
    "overview",
    "seal_stands",
    "to_set_up",
    "today",
]
