"""The engine: the line from item to outcome, in durable batches. `durable` alone imports the durable engine."""

from upbeat.engine import captured, due, promises, published
from upbeat.engine.answers import hand_over
from upbeat.engine.asking import next_asked, signers
from upbeat.engine.beside import runs_beside
from upbeat.engine.conversing import Start
from upbeat.engine.desk import account_of
from upbeat.engine.directory import Directory
from upbeat.engine.engine import Engine, Turn
from upbeat.engine.eyes import Eyes
from upbeat.engine.facts import value_at
from upbeat.engine.finding import Ground, find
from upbeat.engine.foreseeing import Foreseen, Foresight, Sought, in_the_way
from upbeat.engine.house_mail import HouseMail, decide_mail
from upbeat.engine.items import Progress, is_loose, takes_back
from upbeat.engine.items import State as ItemState
from upbeat.engine.jobs import Job
from upbeat.engine.keeping.moving import REROUTE, Handover, handover_of, live_flows, step_of
from upbeat.engine.keeping.moving import start as start_reroute
from upbeat.engine.keeping.telling import leave_unsaid
from upbeat.engine.keeping.touches import Stands, stands_of, touches_by
from upbeat.engine.last_owners import LastOwners, trace
from upbeat.engine.looking import RECORD_GONE
from upbeat.engine.lookups import answers_kept, calls_made, drop_lookups
from upbeat.engine.mutes import OVERRIDDEN, Mute, facts_now
from upbeat.engine.naming import begins, drop_names, words_of
from upbeat.engine.opening import unpack, zone_of
from upbeat.engine.out_of_office import out_of_office
from upbeat.engine.overruling import is_on_the_line, overrule, under_way
from upbeat.engine.parts import LIMIT, Parts
from upbeat.engine.people import People
from upbeat.engine.pools import Pools
from upbeat.engine.published import Published
from upbeat.engine.ranking import rank_of, turn
from upbeat.engine.recorded import BusyRead, Move, RosterRead, Share, Stood
from upbeat.engine.rehearsing import Rehearsal, Rehearsed, rehearse
from upbeat.engine.replaying import Opening, Redone, Replayer, Routed, UnknownError, Verdict
from upbeat.engine.resolving import resolve
from upbeat.engine.standing import STILL_TRUE
from upbeat.engine.standing import clear as clear_standing
from upbeat.engine.stuck import STUCK
from upbeat.engine.taking_back import demote_by_house, pause, take_back
from upbeat.engine.touched import Created, touched
from upbeat.engine.turns import account, as_it_stood
from upbeat.engine.undo import STEP as UNDO_STEP
from upbeat.engine.versions import Versions, owner_of, set_mode

__all__ = [
    "LIMIT",
    "OVERRIDDEN",
    "RECORD_GONE",
    "REROUTE",
    "STILL_TRUE",
    "STUCK",
    "UNDO_STEP",
    "BusyRead",
    "Created",
    "Directory",
    "Engine",
    "Eyes",
    "Foreseen",
    "Foresight",
    "Ground",
    "Handover",
    "HouseMail",
    "ItemState",
    "Job",
    "LastOwners",
    "Move",
    "Mute",
    "Opening",
    "Parts",
    "People",
    "Pools",
    "Progress",
    "Published",
    "Redone",
    "Rehearsal",
    "Rehearsed",
    "Replayer",
    "RosterRead",
    "Routed",
    "Share",
    "Sought",
    "Stands",
    "Start",
    "Stood",
    "Turn",
    "UnknownError",
    "Verdict",
    "Versions",
    "account",
    "account_of",
    "answers_kept",
    "as_it_stood",
    "begins",
    "calls_made",
    "captured",
    "clear_standing",
    "decide_mail",
    "demote_by_house",
    "drop_lookups",
    "drop_names",
    "due",
    "facts_now",
    "find",
    "hand_over",
    "handover_of",
    "in_the_way",
    "is_loose",
    "is_on_the_line",
    "leave_unsaid",
    "live_flows",
    "next_asked",
    "out_of_office",
    "overrule",
    "owner_of",
    "pause",
    "promises",
    "published",
    "rank_of",
    "rehearse",
    "resolve",
    "runs_beside",
    "set_mode",
    "signers",
    "stands_of",
    "start_reroute",
    "step_of",
    "take_back",
    "takes_back",
    "touched",
    "touches_by",
    "trace",
    "turn",
    "under_way",
    "unpack",
    "value_at",
    "words_of",
    "zone_of",
]
