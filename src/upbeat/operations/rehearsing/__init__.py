"""A workflow, or a draft of one, tested on real records: what it would do with each of them, and nothing written.

The line runs as it does live, in monitor mode, over a store that is made for the test and thrown away. It has the
reading connection alone: nothing is there that could write or send, and no source or model outside is asked.
"""

from upbeat.operations.rehearsing.choosing import MOST
from upbeat.operations.rehearsing.drafts import TRIGGER, draft_of
from upbeat.operations.rehearsing.running import Found, Rehearsal, Tested, Value, WouldDo, rehearse

__all__ = ["MOST", "TRIGGER", "Found", "Rehearsal", "Tested", "Value", "WouldDo", "draft_of", "rehearse"]
