"""The first page: what is mine to do now."""

from dataclasses import dataclass

from upbeat.console.area import Area
from upbeat.console.asked import Asked
from upbeat.console.permissions import Permission
from upbeat.operations import Wanted, queue

area = Area("home")


@dataclass(frozen=True, slots=True)
class Home:
    """How much waits for whoever asks."""

    waiting: int


@area.page("/", needs=Permission.OWN, template="home.html", title="Home")
def home(asked: Asked) -> Home:
    """Say what is mine to do now."""
    return Home(waiting=queue(asked.house, Wanted(owner=asked.by)).total)
