from registrations.models.booking import Booking, Submission
from registrations.models.bulk_change import BulkChange
from registrations.models.cancellation_rule import CancellationRule
from registrations.models.handover import Handover
from registrations.models.limit_override import LimitOverride
from registrations.models.message import Message, MessageText
from registrations.models.move import Move
from registrations.models.need import Consent, Need
from registrations.models.need_kind import NeedKind
from registrations.models.registration import Registration
from registrations.models.seat import SessionSeat
from registrations.models.tier import Tier

__all__ = [
    "Booking",
    "BulkChange",
    "CancellationRule",
    "Consent",
    "Handover",
    "LimitOverride",
    "Message",
    "MessageText",
    "Move",
    "Need",
    "NeedKind",
    "Registration",
    "SessionSeat",
    "Submission",
    "Tier",
]
