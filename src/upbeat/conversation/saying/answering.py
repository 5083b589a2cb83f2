"""Whether the next to speak takes what was offered or asked, or declines it."""

import re
from enum import Enum
from typing import Final

from upbeat.conversation.saying.lines import Line


class Answer(Enum):
    """What an answer says."""

    YES = "yes"
    NO = "no"
    NEITHER = "neither"


_LEAD: Final = r"^(?:(?:oh|well|and|so|ha|right|look|i think|i mean|then|NAME|my goodness|god) (?:, )?)*"
_NO: Final = re.compile(
    _LEAD.replace("|NAME", "")
    + r"(?:no(?! problem| worries| brainer| , (?:that is|that would be|it is) (?:fine|good|great|perfect|fair))\b|nope|not (?:today|now|yet|really|at this|right now|necessary|this)|do not(?: bother| worry| send)|there is no need|let us not|(?:please )?hold off|leave it|i would rather not|we would rather not|we are (?:good|fine|all set|ok|okay)|i am (?:good|fine|all set)|never mind|maybe (?:later|another|next)|we have (?:already )?got (?:one|that|it)|we already have|that will not be|i have (?:already )?(?:got|seen) (?:it|one|that))"
    r"|\b(?:no need|not necessary|do not bother|no thanks|no thank you|please do not|hold off on|you do not (?:have|need) to|do not need (?:it|that|one)|does not need to|will not be necessary|rather you did not|save (?:yourself|your))\b"
)
_YES: Final = re.compile(
    _LEAD.replace("|NAME", "")
    + r"(?:(?:the |by |on )?(?:\d+(?:st|nd|rd|th)|monday|tuesday|wednesday|thursday|friday|tomorrow)(?: \S+){0,3} , )?(?:yes|sure|of course|okay|ok|great|perfect|lovely|please|brilliant|excellent|absolutely|certainly|definitely|will do|fine|good|cool|super|sounds (?:good|great|like a plan|perfect|fine)|that would (?:be (?:great|good|helpful|perfect|lovely|useful|amazing|ideal|fine|brilliant)|help|work)|that works|works (?:for|fine)|it works|that is (?:fine|good|great|perfect)|no problem|no worries|happy to|i would (?:like|love|appreciate) that|i will\b|i can\b|do that|do\b(?! you| we| i)|go (?:on|ahead|for it)|why not|by all means|consider it|done|on it|you got it|leave (?:it|that) with me|much appreciated|appreciated|thanks|thank you|right|agreed|deal|we will\b|we can\b|let us do (?:that|it)|it would (?:be|help)|i think so|alright|all right|not at all|with pleasure|my pleasure|gladly|i do not mind|\d+(?:st|nd|rd|th)? (?:is|works)|(?:monday|tuesday|wednesday|thursday|friday) (?:is|works)|yup|mm)\b"
)
TAKES: Final = re.compile(  # somebody makes what was suggested, asked or left open their own
    r"^(?:(?:yes|okay|ok|sure|no|right|fine|well|then|that is fine|of course|absolutely|no problem) (?:, )?)*"
    r"(?:i will (?:do (?:that|it|so)|take (?:that|it)(?: one)?(?: on| away)?|own (?:that|it)|handle (?:that|it)|sort (?:that|it)(?: out)?|get (?:that|it) done|get on (?:that|it)|deal with (?:that|it)|look after (?:that|it)|pick (?:that|it) up)|will do|leave (?:that|it) (?:with|to) me|on it|i am on it|that is (?:on|with) me|i have got (?:that|it)|that one is (?:mine|on me)|consider it done|i can (?:do|take|handle|own) (?:that|it)|mine)(?: |$)"
)
WITHDRAWS: Final = re.compile(
    r"^(?!.*\b(?:until|till)\b).*\b(?:forget (?:about )?(?:the|that|it)|scrap (?:the|that|it)|do not (?:bother|worry) (?:with|about) (?:the|that|sending|it)|no need (?:to|for)|do not need (?:the|that|it)"
    r"|leave the|drop the|skip the|instead of (?:the|sending)|not going to (?:do|need) (?:the|that))\b"
)


def answer(line: Line) -> Answer:
    """Give what a line says to what was offered or asked before it."""
    if _NO.search(line.text) and not re.match(r"no (?:, )?(?:not at all|of course|i do not mind|that)", line.text):
        return Answer.NO
    return Answer.YES if _YES.search(line.text) or line.is_day else Answer.NEITHER


def declines(line: Line) -> bool:
    """Whether a line declines what was firmly said: more than a no, which may speak to something else."""
    return bool(re.search(
        r"\b(?:no need|not necessary|do not bother|no thanks|no thank you|please do not|do not send|hold off|you do not (?:have|need) to|will not be necessary|rather you did not|we do not need (?:it|that|one|another))\b",
        line.text,
    ))  # fmt: skip
