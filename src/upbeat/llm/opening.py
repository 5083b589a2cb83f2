"""Opening a model: apart from the port, as what speaks to a provider takes seconds to load."""

from upbeat.base import Clock
from upbeat.llm.port import Endpoint, Model


def open_model(endpoint: Endpoint, clock: Clock) -> Model:
    """Give a model to ask."""
    from upbeat.llm.reader import Reader  # noqa: PLC0415 - pydantic-ai takes seconds to load, and many houses ask none

    return Reader(endpoint, clock)
