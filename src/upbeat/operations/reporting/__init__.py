"""What runs, how it stands and what it did, made from what the store and the ledger hold."""

from upbeat.operations.reporting.checking import CheckedControl, Says, check_controls
from upbeat.operations.reporting.controls import CONTROLS, CRITERIA, Control
from upbeat.operations.reporting.costing import Cost, WorkflowCost, cost
from upbeat.operations.reporting.packet import Packet
from upbeat.operations.reporting.packet import Told as PacketLine
from upbeat.operations.reporting.registering import Register, Registered, Signed, the_register
from upbeat.operations.reporting.signing import Shown as ShownPacket
from upbeat.operations.reporting.signing import make_packet, packet, sign_packet
from upbeat.operations.reporting.status import Loose, Status, status, verify
from upbeat.operations.reporting.working import System, WorkCount, work

__all__ = [
    "CONTROLS",
    "CRITERIA",
    "CheckedControl",
    "Control",
    "Cost",
    "Loose",
    "Packet",
    "PacketLine",
    "Register",
    "Registered",
    "Says",
    "ShownPacket",
    "Signed",
    "Status",
    "System",
    "WorkCount",
    "WorkflowCost",
    "check_controls",
    "cost",
    "make_packet",
    "packet",
    "sign_packet",
    "status",
    "the_register",
    "verify",
    "work",
]
