"""The console: what people decide, ask and change in a browser, over the use cases that the command line has."""

from upbeat.console.application import application

__all__ = ["application"]
