"""What a link in a notice opens, to whoever has signed in."""

from upbeat.base import short
from upbeat.notices import Thing
from upbeat.operations.house import House


def open_link(house: House, shown: str, username: str) -> str:
    """Give the page of the console that a link leads this person to.

    Raises LinkError where it leads them nowhere: it is cut, forged, somebody else's, or too old.
    """
    thing, key = house.get_links().read(shown, username, house.clock.now())
    return f"/review/{short(key)}?alone=true" if thing is Thing.REVIEW else f"/me/flags/{short(key)}"
