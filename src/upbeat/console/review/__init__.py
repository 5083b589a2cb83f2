"""The review queue: what waits for a person, one item of it with all that it is weighed by, and their answers."""

from upbeat.console.review import acts, pages
from upbeat.console.review.area import area

__all__ = ["acts", "area", "pages"]
