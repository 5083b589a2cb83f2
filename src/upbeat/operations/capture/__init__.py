"""Capturing conversations: taken in once, kept sealed, put on the line; and what people ask of them."""

from upbeat.operations.capture.taking import Taken, take

__all__ = ["Taken", "take"]
