"""The grammar of a commitment: who, how firmly, and which deed. `I'll send`, `can you check with`, `we should set up`.

Deeds are those that are done after a talk. `I'll be honest`, `let me share my screen` and `we'll see` are none, and a
deed that is also done in a demonstration (`I'll add a shift`) counts with a day or with somebody whom it is for.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum
from functools import cache
from typing import Final

from upbeat.conversation.dates import Day
from upbeat.conversation.saying.lines import Line


class Who(Enum):
    """Whose deed it is, as the words tell."""

    SPEAKER = "I"
    ADDRESSEE = "you"
    NAMED = "by name"
    NOBODY = "we"


class Force(Enum):
    """How firm it is."""

    FIRM = "said"  # stands, unless the other side declines it
    OFFER = "offered"  # stands when the other side takes it
    ASKED = "asked"  # stands when the one who was asked agrees
    MOOTED = "suggested"  # stands as nobody's, until somebody takes it


@dataclass(frozen=True, slots=True)
class Promise:
    """A commitment in a line: its words from `first` to `last`, where `verb` is the word of the deed."""

    line: Line
    who: Who
    force: Force
    first: int
    verb: int
    last: int
    named: int | None
    day: Day | None
    refers: bool  # the deed is only pointed at: `I'll do that`, `I'll send it`


_DEEDS: Final = r"""
send|resend|e ?mail|mail (?:you|it|that|the|over|them|him|her)|forward
share (?!my|screen|the screen|a (?:story|thought)|with you (?:what|that|how|some))
write (?:up|to|back|you|a|an|the|our|my|us|(?:it|that|this) up)|draft|prepare
put (?:together|in (?:writing|touch|a|the)|(?:\S+ ){1,7}?(?:together|in (?:the (?!chat|minutes)|a|an|your|our|my|writing|front|touch|contact|for)|on (?:the|your|our|my)|into|through|forward|down for|across|over))
get (?!some\S+ (?:on|onto|to) (?:it|that)|it (?:,|$)|that (?:,|$)|there|started|going|to (?!you |him |her |them )|into|a (?:sense|feel|idea|coffee|drink|picture|second|minute|word)|the (?:sense|feel|idea|picture|gist|point|impression)|rid|better|worse|lost|caught|stuck|used|(?:back )?to (?:that|it|this|what|slide)|in trouble|out of|through|my head|on with|you in trouble|asked|told|billed|paid|shouted|shot|fired|sick|tired|$)
give (?:you|him|her|them|it|us|me|NAME) (?:a (?:call|ring|shout|bell|date|price|number|quote|list|copy|decision|heads|draft|buzz|firm|proper|full|clear|written|revised|figure|timeline|update|demo|login|trial)|an (?:answer|update|estimate|indication|overview)|access|the|some (?!idea|context|background|sense)|feedback|your|my|our|numbers|pricing|dates|times|written)
book|schedule|arrange|set (?:(?:it|that|this|them|something|\S+ \S+|\S+) )?up|organi[sz]e|line (?:\S+ ){0,4}?up|coordinate
introduce|make (?:the|an|that) (?:intro|introduction|connection)|connect (?:you|him|her|them|us|NAME)|loop|invite|involve|copy (?:you|in|him|her|them|NAME)|bring (?!up|that up|it up)
check (?:with|what|whether|if|on|in with|that|the|our|my|and|for|it|this|internally|back|how|when|who|where|those|these)|confirm|find (?:\S+ )?out|figure out|look (?:into|up|for)|verify
ask (?!you|a|one|the (?:\S+ )?question|that|this|for|about|why|how|another|something|it)|talk (?:to|with|it)|speak (?:to|with)|chat (?:to|with)|sit down with|meet|call (?!it|that|this|out|on|myself|ourselves)|ring|phone|chase|ping|reach out|discuss|consult
follow (?:up|through|that|it|on)|(?:move|change|update|push) (?:the|that|our) (?:invite|meeting|invitation|calendar|session|call)|mention|shoot (?:you|him|her|them|me|over|an|a|it|that|NAME)|fire (?:off|over|it|that)|pop (?:it|that|something|a|an)|find (?:you|him|her|them|us|a|an|some|someone|somebody|the)|come back (?:to (?!that|this|it)|with|once|when|on|by|$)|circle back|get back|revert|touch base|report back|catch up|sync|regroup|reconvene
revise|rework|submit|raise (?!my|our|the bar|a good|an interesting)|sign|countersign|review|fill|complete|turn (?:\S+ ){0,7}?around|return
let (?:you|him|her|them|me|us|NAME) know|keep (?:you|us|me|NAME) (?:posted|updated|informed|in the loop|in the picture|up to date)
take (?:it|that|this|them|those|the|your|these|all) (?:\S+ ){0,5}?(?:away|back|offline|up with|to (?:the|my|our|him|her|them|NAME|legal|finance|procurement|it|product|engineering|security|head))
escalate|circulate|distribute|drop (?:you|him|her|them|me|us|a|an|the|NAME|(?:it|that) (?:in|over|round))|dig
have (?=(?:\S+ ){1,9}?(?:to you|with you|over to|over there|there|on site|ready|done|for you|back|in your|sent|signed|reviewed|by|before|send|call|contact|reach))
provide|deliver|do (?:that|it|so|this|both|the same|those|these)(?= |$)|sort|nail|ensure|make sure|work up|pass|present|run (?:it|that|this|them|the|a|your) (?:\S+ ){0,6}?(?:by|past)|approve|finali[sz]e|order|post|upload|handle|take care|deal with|own (?:that|it|this)
pull (?:\S+ ){0,5}?together|pull the|collect|gather|compile|collate|pick (?:it|that|this) up|attach|hand (?:it|that|them|the|over)|issue (?:a|the|you)|nominate|visit|ship|courier|pay|release|work (?:through|out|up|on)
"""
_SLIGHT: Final = r"""
show|demo|walk|host|run|build|configure|provision|create|update|fix|test|read|add|record|load|enable|install|migrate|export|import|extract|train|publish|document|summari[sz]e|outline|propose|identify|choose|decide|pick|source|apply|register|start|kick|launch|open|close|clear|log|flag|price|quote|model|mock|scope|size|list|map|print|scan|look at|go (?:through|over)|think|tell|explain|push|move|switch|join|attend|tidy|clean|validate|finish|do (?:a|the|another|some|an)|make (?:a|the|those|you|some)|cancel|extend|reserve|hold (?:the|a)|come (?:to|over|down|up|by|in|and|out|on)|fly|drive|order|plan|amend|correct|play|try
"""
_SHARED: Final = r"""
send|share|set (?:(?:it|that|this|something|\S+ \S+|\S+) )?up|schedule|book|arrange|organi[sz]e|get (?!some\S+ (?:on|onto|to) (?:it|that))(?:\S+ ){1,7}?(?:on|in|booked|together|into|involved|over|out|to|signed|across)|bring|loop|invite|involve|include|follow|put (?:\S+ ){0,6}?(?:together|in|on|into|through)|check (?:with|in|back)|(?:talk|speak|meet) (?:to|with|again|next|on|in|about|tomorrow|at)|have (?:a|another|an|our) (?:\S+ )?(?:call|meeting|session|catch|weekly|check|review|workshop|demo|follow|conversation|chat|stand|look|technical|proper|quick|second)|do (?:a|another|the|an|our) (?:\S+ )?(?:call|demo|workshop|session|pilot|trial|reference|review|follow|deep|walkthrough|site|kick|proof|same)|run (?:a|the|another) (?:\S+ )?(?:pilot|trial|proof|workshop|session|test)|catch up|sync|regroup|reconvene|touch base|confirm|come back (?:to (?!that|this|it)|with)|get back|provide|deliver|draft|prepare|submit|escalate|circle back|plan (?:a|the|for)|agree (?:a|on a|the)|find (?:a|some|the|out)|set (?:a|the) (?:date|time)|pick (?:a|the) (?:date|time)|kick|line (?:\S+ ){0,4}?up|ask (?:NAME|legal|finance|the|our)|reconnect|add (?:\S+ ){1,5}?to|write (?:up|a|the)|see if
"""
_TO_PEOPLE: Final = r"""
check (?:with|that|whether|if|in|what|on|the|internally)|talk (?:to|with|it)|speak (?:to|with)|run (?:it|that|this|them|the|a) (?:\S+ ){0,6}?(?:by|past)|ask (?!you|a|myself)|get (?:\S+ ){0,6}?(?:approval|sign off|signature|answer|okay|ok|buy in|it in front|this in front|that in front|budget|approved|signed|back to)|take (?:it|that|this|the) (?:\S+ ){0,4}?(?:to|back|away)|send you|send (?:\S+ ){1,6}?to you|confirm|book|schedule|set (?:\S+ ){0,3}?up|loop|discuss|find out|bring (?:NAME|him|her|them|my|our|in)|dig|chase|look into|clear (?:it|that|this) with|consult|come back to you|get back to you
"""


def _alternatives(table: str) -> str:
    return "|".join(one.strip("|") for one in table.strip().splitlines())


_ADVERBS: Final = (
    r"(?:(?:also|then|definitely|certainly|personally|probably|happily|gladly|quickly|immediately|still|at least|of course"
    r"|for sure|hopefully|absolutely|maybe|please|perhaps|possibly|quickly|separately|formally|always|next|all|both|to"
    r"|try and|try to|go and|go ahead and|go away and|go back and|see if (?:i|we) can|be able to|have to|need to|want to"
    r"|sit down and|be|make sure (?:to|that i|i|we|that we|you|that you)|,) )*?"
)
_WE: Final = r"(?:we|you and i|both of us)"
_SOMEBODY: Final = (
    r"(?:somebody|someone|anybody|one of (?:us|you|our \S+|my \S+|the \S+))"
    r"(?: (?:else )?(?:on|from|in|at) (?:your|our|my|the|their) (?:\S+ )?\S+?)?"
)
_SAID_BY_OTHERS: Final = re.compile(
    r"(?:\b(?:said|says|told (?:me|us|him|her|them)|goes|promised|thought|wrote|like|say|saying|tell (?:him|her|them|me)"
    r"|imagine|pretend|suppose|wish|hope|if|unless|until|when|whenever|who|which|what|before|after|because)(?: that| ,)*) $"
)
_CONDITION: Final = re.compile(r"\b(?:if|unless|when|until) $")
_IN_THE_TALK: Final = re.compile(
    r"\b(?:right now|now (?:,|$)|while (?:we|you|i)|as we speak|(?:on|share) (?:the|my|this) screen|for a (?:second|minute|moment)"
    r"|in a (?:second|minute|moment|sec)|in the chat|slides?|hang on|one sec|pretend|example|in this view|as you can see)\b"
)
_HABIT: Final = re.compile(r"\b(?:usually|normally|typically|whenever|every time|used to|sometimes|often|as a rule|back then|in the past)\b")
_FOR_SOMEBODY: Final = (
    r"\b(?:(?:to|for|with) (?:you|him|her|them|NAME|your team|the team|the board)|separately|offline|afterwards"
    r"|after (?:this|the call|we)|once|as soon as|next time|by then|follow up|in writing|get back|before (?:the|our|then|your))\b"
)
_ENDS: Final = re.compile(
    r" (?:, )?(?:and|but|so|then|or) (?=(?:i|we|you|he|she|they|it|that|there|please|let us|somebody|someone|NAME) )"
    r"| , (?=(?:i|we|you|he|she|they|it is|it will|that|there|which|because|if|so|but|please|let us|somebody|someone|can|could|would|is|are|does|okay|right|not|sorry) )"
    r"| (?:because|if you|if that|if it|so that you|so you|in case|, so|, but|, which|unless|assuming|provided|whether or) "
)
_UNSURE: Final = re.compile(r" if (?:the|they|he|she|nothing|it(?! (?:helps|is (?:useful|helpful|easier|okay|ok|all))))\b")
_POINTS: Final = re.compile(r"^(?:\S+ (?:back |over |up )?)(?:it|that|this|those|these|them|so|one|something|both)(?: |$)|^(?:do|handle|own|take care|deal with|come back|get back|circle back|revert|follow up|let \S+ know|confirm)(?: |$)")


@dataclass(frozen=True, slots=True)
class _Frame:
    who: Who
    force: Force
    before: str
    deeds: str
    slight: bool = False  # also deeds that need a day or somebody
    dated: bool = False  # counts with a day only
    begins: bool = False  # at the beginning of a clause only


_ALL: Final = f"{_alternatives(_DEEDS)}"
_FRAMES: Final = (
    _Frame(Who.SPEAKER, Force.FIRM, r"i (?:will|shall|am going to|am gonna|promise to|promise i will|commit to|guess i will|think i will|think i would better|would better|owe you)", _ALL, slight=True),
    _Frame(Who.SPEAKER, Force.FIRM, r"i (?:need to|have to|have got to|must|would need to|will need to|will have to|would have to)", _alternatives(_TO_PEOPLE)),
    _Frame(Who.SPEAKER, Force.FIRM, r"i (?:would like to|want to|hope to|am hoping to|aim to|plan to|am planning to|intend to|can probably|should be able to)", _ALL, slight=True, dated=True),
    _Frame(Who.SPEAKER, Force.FIRM, r"let me", r"(?:check|talk|speak|ask|take|find|look|see|go)(?= (?:\S+ ){0,8}?(?:with|to|back|away|know|out|into|and (?:i will|come|get))\b)|come back|get back|circle back|follow up|confirm (?:that )?(?:with|and)|send|set|write|put together|run (?:it|that|this) (?:by|past)|double check"),
    _Frame(Who.SPEAKER, Force.OFFER, r"i (?:can|could|would be happy to|am happy to|would be glad to|would gladly|am more than happy to|am glad to)", _ALL, slight=True, begins=True),
    _Frame(Who.SPEAKER, Force.OFFER, r"(?:happy|glad|more than happy) to", _ALL, slight=True, begins=True),
    _Frame(Who.SPEAKER, Force.OFFER, r"(?:shall i|should i|can i|could i|may i|do you want me to|want me to|would you like me to|would it help if i|is it okay if i|would it be useful if i|how about i|why do not i|what if i)", _ALL, slight=True),
    _Frame(Who.ADDRESSEE, Force.ASKED, r"(?:can|could|would|will) (?:you|you guys|you both|either of you|one of you|NAMED)", _ALL, slight=True),
    _Frame(Who.ADDRESSEE, Force.ASKED, r"(?:(?:would|could|can) you be able to|are you able to|would you be willing to|are you okay to|are you happy to|do you want to|would you like to|is it possible (?:for you )?to|any chance you (?:can|could)|(?:can|could) i (?:get|ask|trouble) you to|would it be possible (?:for you )?to|i (?:would|will)? ?(?:need|want|like) you to|need you to|if you (?:can|could|would|will)|you (?:could|can)|maybe you (?:can|could)|(?:i was|i am|we were|we are)? ?(?:wondering|hoping) (?:if )?you (?:could|can|would|will))", _ALL),
    _Frame(Who.ADDRESSEE, Force.ASKED, r"(?:do|would) you mind", r"(?:sending|emailing|sharing|forwarding|checking|confirming|introducing|booking|setting|asking|putting|looping|copying|getting|giving|filling|writing|arranging|chasing)"),
    _Frame(Who.ADDRESSEE, Force.ASKED, r"(?:(?:can|could|may) (?:i|we)|i will need|we will need|i need|we need|i would need|we would need|i would love|we would love)(?= (?:\S+ ){1,12}?(?:from you|to me|to us|over|sent|by|copy|in writing)\b)", r"(?:get|have|see|grab|borrow|a|an|the|your|that|those|it|some)"),
    _Frame(Who.ADDRESSEE, Force.FIRM, r"you (?:will|are going to|are gonna|have agreed to|said you would|were going to|have got to)", r"send|e ?mail|forward|share|introduce|set (?:\S+ ){0,4}?up|check with|talk to|speak to|confirm|get (?:me|us|back to (?:me|us)|\S+ (?:\S+ )?(?:to|over)|it over|that over)|come back to (?:me|us)|let (?:me|us) know|bring|loop|fill|sign|review|provide|give (?:me|us)|book|arrange|ask"),
    _Frame(Who.ADDRESSEE, Force.ASKED, r"(?:and |so |then |(?<=, )|^)you (?:will|are going to|are gonna)(?! (?:\S+ )?(?:have|see|receive|find|get (?:it|that|the|a|an|this|your)) )", _ALL, dated=True),
    _Frame(Who.ADDRESSEE, Force.ASKED, r"please", _ALL, slight=True),
    _Frame(Who.NAMED, Force.FIRM, r"NAMED (?:will|'s going to|is going to|'s gonna|has (?:offered|agreed|promised) to|'s (?:agreed|offered|promised) to)", _ALL, slight=True),
    _Frame(Who.NAMED, Force.FIRM, r"NAMED (?:needs to|has to|will need to|will have to|has got to|should|is to|'s to)", _alternatives(_TO_PEOPLE) + r"|send|introduce|share|set (?:\S+ ){0,3}?up|get back|come back|review (?:it|the)"),
    _Frame(Who.NAMED, Force.FIRM, r"NAMED to", _ALL, begins=True),
    _Frame(Who.NAMED, Force.OFFER, r"NAMED (?:can|could)", _ALL, slight=True),
    _Frame(Who.NOBODY, Force.FIRM, rf"{_WE} (?:will|shall|are going to)", _alternatives(_SHARED)),
    _Frame(Who.NOBODY, Force.FIRM, rf"{_WE} (?:will|shall|are going to)", _ALL, dated=True),
    _Frame(Who.NOBODY, Force.MOOTED, rf"{_WE} (?:should|ought to|must|would better|might want to|probably want to|may want to)", _alternatives(_SHARED)),
    _Frame(Who.NOBODY, Force.MOOTED, rf"{_WE} (?:need to|have to|have got to|will need to)", r"set (?:\S+ ){0,4}?up|schedule|book|arrange|organi[sz]e|bring (?:\S+ ){1,4}?in|loop|involve|find a time|meet|get (?:\S+ ){1,6}?(?:on the (?:call|agenda|calendar)|booked|in a room|in the diary|involved)|check with|talk to|speak to|run (?:it|this|that) (?:by|past)|follow up|do (?:a|another) (?:\S+ )?(?:call|demo|workshop|session)"),
    _Frame(Who.NOBODY, Force.MOOTED, r"let us (?:all )?", _alternatives(_SHARED) + r"|(?:talk|speak|meet|aim|say|do|go) (?=(?:\S+ ){0,5}?DAY)"),
    _Frame(Who.NOBODY, Force.MOOTED, rf"{_SOMEBODY} (?:will|should|needs to|has to|ought to|is going to|must|would need to|will need to|better|can|could)", _ALL, slight=True),
    _Frame(Who.NOBODY, Force.FIRM, r"(?:can|could|would) (?:somebody|someone|anybody|one of (?:you|us))", _ALL),
    _Frame(Who.NOBODY, Force.OFFER, r"(?:(?:can|could|shall|should|do) we(?: want to)?|we can|we could|it would be (?:good|great|worth|useful|helpful|nice) (?:to|if we could)|(?:is it|it is|it might be|might be|would it be) worth(?: us)?|how about we|why do not we|do you want us to)", _alternatives(_SHARED) + r"|getting|having|setting|booking"),
)  # fmt: skip
_PROGRESSIVE: Final = (
    r"(?:sending|preparing|drafting|writing (?:that|the|it|a|this|up)(?! down)|meeting(?: with)?|seeing (?:him|her|them|NAME|my|our)|presenting"
    r"|talking to|speaking to|putting together|taking (?:it|this|that|the)|introducing|bringing|booking)"
)
_ORDERS: Final = (
    r"(?:send (?:me|us|it|that|over|the|them|him|her|across|your|NAME)|e ?mail (?:me|us|it|him|her|the|them)|forward (?:me|it|that|the)|call (?:me|us|NAME) "
    r"(?=about|on|back|when|at|after|once|next|tomorrow|if|later|before|this|in)|ring me|ping me|copy (?:me|us|NAME)|cc me|drop (?:me|us)|loop (?:me|us|NAME|in)"
    r"|let (?:me|us) know (?=(?:\S+ ){0,8}?DAY)|get (?:me|us|back to (?:me|us)|it (?:to|over to) (?:me|us)) |give (?:me|us) (?:a (?:call|ring|shout|date|price)|the|your|until) "
    r"|check (?:with|whether)|talk to|speak to|ask (?:NAME|your|for the)|book (?:it|that|a|the|us)|set (?:it|that|something|\S+ \S+) up|put (?:it|that|something|\S+ \S+) in (?:writing|the (?:diary|calendar|proposal))"
    r"|bring (?:your|the|NAME)|share (?:it|that|the|your)|fill (?:in|out|that)|add (?:me|us|NAME)|introduce me|send)"
)
_HEADS: Final = frozenset(
    re.findall(r"[a-z]{2,}", " ".join(one.deeds for one in _FRAMES) + " sending preparing drafting writing meeting seeing presenting talking speaking putting taking introducing bringing booking")
)


@dataclass(frozen=True, slots=True)
class _Compiled:
    frame: _Frame
    before: re.Pattern[str]
    deed: re.Pattern[str]
    needs: frozenset[str]  # one of these words a line has that fits


_BEGINS: Final = "(?:^|(?<= , )|(?<= and )|(?<= but )|(?<= so )|(?<= then )|(?<= or )|(?<=^and )|(?<=^but )|(?<=^so )|(?<=^yes )|(?<=^well )|(?<=^or ))(?<!\\S)"
_NEEDS: Final = {
    Who.SPEAKER: frozenset({"i", "me"}),
    Who.ADDRESSEE: frozenset({"you", "please", "we", "i"}),
    Who.NAMED: frozenset({"@"}),
    Who.NOBODY: frozenset({"we", "us", "somebody", "someone", "anybody", "one", "you", "worth", "it"}),
}


@dataclass(frozen=True, slots=True)
class Grammar:
    """The frames with the names of those who take part."""

    frames: tuple[_Compiled, ...]
    first_words: frozenset[str]
    orders: re.Pattern[str]
    progressive: re.Pattern[str]
    for_somebody: re.Pattern[str]
    ends: re.Pattern[str]


_DAYISH: Final = r"(?:monday|tuesday|wednesday|thursday|friday|tomorrow|today|tonight|next week|the end|end of|\d+(?:st|nd|rd|th)|this (?:week|afternoon))"


@cache
def grammar() -> Grammar:
    """Make the grammar, once."""

    def filled(pattern: str, *, keep: bool = False) -> str:
        named = rf"@(?P<named>\d+)(?: (?!to\b|will\b|can\b|is\b|has\b|should\b|needs\b|could\b)[a-z]+)?" if keep else r"@\d+"
        return pattern.replace("NAMED", named).replace("NAME", r"@\d+").replace("DAY", _DAYISH)

    frames = tuple(
        _Compiled(
            one,
            re.compile((_BEGINS if one.begins else r"(?<!\S)") + filled(one.before, keep=True) + " "),
            re.compile(
                _ADVERBS + rf"(?P<deed>(?P<strong>{filled(one.deeds)})"
                + (rf"|(?P<slight>{_alternatives(_SLIGHT)})" if one.slight else "") + r")(?:(?<= )|(?![a-z]))"
            ),
            _NEEDS[one.who] if not one.before.startswith(("let", "(?:happy")) else frozenset({"let", "happy", "glad"}),
        )
        for one in _FRAMES
    )  # fmt: skip
    opening = rf"^(?:(?:and|so|then|okay|ok|yes|but|no|right|great|good|sure|in that case|maybe|@\d+) (?:, )?)*"
    return Grammar(
        frames,
        _HEADS,
        re.compile(rf"{opening}(?P<deed>{filled(_ORDERS)})"),
        re.compile(rf"\bi am (?P<deed>{filled(_PROGRESSIVE)})"),
        re.compile(filled(_FOR_SOMEBODY)),
        re.compile(filled(_ENDS.pattern)),
    )


@dataclass(frozen=True, slots=True)
class _Found:
    """A frame that fits: where it begins, its deed, and whom it names."""

    frame: _Frame
    start: int
    deed: re.Match[str]
    named: str | None = None


def promises(line: Line) -> tuple[Promise, ...]:
    """Give the commitments that a line makes, in its order; where two frames fit the same deed, the first of the table."""
    made = grammar()
    if made.first_words.isdisjoint(line.vocabulary) or _HABIT.search(line.text):
        return ()
    found: dict[int, list[_Found]] = {}
    words = line.vocabulary | {"@"} if "@" in line.text else line.vocabulary
    for one in made.frames:
        if one.needs.isdisjoint(words):
            continue
        for before in one.before.finditer(line.text):
            deed = one.deed.match(line.text, before.end())
            if deed and not _is_said_of_others(line.text, before.start(), one.frame):
                fits = _Found(one.frame, before.start(), deed, before.groupdict().get("named"))
                found.setdefault(deed.start("deed"), []).append(fits)
    if not found:
        found = {start: [fits] for start, fits in _bare(line, made)}
    order = sorted(found.items())
    kept = list[Promise]()
    for index, (_, several) in enumerate(order):
        until = order[index + 1][1][0].start - 1 if index + 1 < len(order) else len(line.text)
        promise = next((one for fits in several if (one := _promise(line, made, fits, until))), None)
        if promise is not None:
            kept.append(promise)
    return tuple(kept)


def _bare(line: Line, made: Grammar) -> Iterator[tuple[int, _Found]]:
    if spot := made.orders.search(line.text):
        yield spot.start("deed"), _Found(_Frame(Who.ADDRESSEE, Force.FIRM, "", ""), spot.start("deed"), spot)
    elif (spot := made.progressive.search(line.text)) and not line.sentence.asks:
        yield spot.start("deed"), _Found(_Frame(Who.SPEAKER, Force.FIRM, "", ""), spot.start(), spot)


def _is_said_of_others(text: str, start: int, frame: _Frame) -> bool:
    """Whether somebody else's words are told, or the words hang on a condition that is no more than thought of."""
    before = text[:start]
    if frame.who is Who.ADDRESSEE and frame.before.startswith("(?:(?:would|could"):
        return False
    return bool(_SAID_BY_OTHERS.search(before) if frame.who is not Who.NOBODY else _CONDITION.search(before))


def _promise(line: Line, made: Grammar, found: _Found, until: int) -> Promise | None:
    text, frame, spot = line.text, found.frame, found.deed
    end = made.ends.search(text, spot.end("deed"), until)
    stop = end.start() if end else until
    if _IN_THE_TALK.search(text, found.start, min(until, stop + 25)):
        return None
    if frame.who is Who.SPEAKER and _UNSURE.search(text, spot.end("deed"), until):
        return None  # a condition that others must fulfil: what they would do is no step yet
    verb, last = line.word_at(spot.start("deed")), line.word_at(max(stop - 1, 0))
    day = _day(line, verb, line.word_at(max(until - 1, 0)))
    groups = spot.groupdict()
    slight = groups.get("slight") is not None
    dated = day is not None and line.sentence.text[day.start : day.end].lower() != "today"
    if (slight and not dated and not made.for_somebody.search(text, spot.start("deed"), until)) or (frame.dated and day is None and not (frame.who is Who.ADDRESSEE and line.sentence.asks)):
        return None
    force = frame.force
    if force is Force.FIRM and frame.who in {Who.ADDRESSEE, Who.NAMED} and line.sentence.asks:
        force = Force.ASKED
    if force is Force.MOOTED and line.sentence.asks:
        force = Force.OFFER
    who = int(found.named) if found.named else None
    refers = bool(_POINTS.search(text[spot.start("deed") : stop]))
    return Promise(line, frame.who, force, line.word_at(found.start), verb, last, who, day, refers)


def _day(line: Line, first: int, last: int) -> Day | None:
    """Give the day by which a deed is due: the last that is named and not taken back (`not Wednesday`) nor a beginning."""
    origin = line.sentence.text.lower()
    spots = [
        one for one in line.days_within(first, last)
        if not re.search(r"\b(?:not|since|from|until|till|last|of|than|instead of)(?: on| the| by)? $", origin[: one.start])
    ]  # fmt: skip
    return next((one for one in spots if one.spelt), spots[0]) if spots and not _takes_back(origin, spots) else spots[-1] if spots else None


def _takes_back(text: str, spots: list[Day]) -> bool:
    return any(re.search(r"\b(?:sorry|no|actually|or rather|make that|i mean|wait)\b", text[one.end : two.start]) for one, two in zip(spots, spots[1:], strict=False))
