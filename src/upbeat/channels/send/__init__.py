"""What sends. Only `apply` may import this: it holds the clearance, and has said what it is about to do."""

from upbeat.channels.send.in_turn import InTurn
from upbeat.channels.send.port import Channel
from upbeat.channels.send.slack import Slack
from upbeat.channels.send.smtp import Smtp

__all__ = ["Channel", "InTurn", "Slack", "Smtp"]
