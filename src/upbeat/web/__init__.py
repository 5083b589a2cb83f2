"""One call over HTTP to somebody who may be slow, gone or endless: it ends in time, and brings so much at most."""

from upbeat.web.call import Caller, Heard, UnheardError, is_loopback
from upbeat.web.lent import Lent

__all__ = ["Caller", "Heard", "Lent", "UnheardError", "is_loopback"]
