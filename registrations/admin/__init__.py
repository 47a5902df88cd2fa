from registrations.admin.booking import BookingAdmin
from registrations.admin.conference import ConferenceAdmin
from registrations.admin.message import MessageAdmin
from registrations.admin.organisation import OrganisationAdmin
from registrations.admin.registration import RegistrationAdmin
from registrations.admin.session import SessionAdmin

__all__ = [
    "BookingAdmin",
    "ConferenceAdmin",
    "MessageAdmin",
    "OrganisationAdmin",
    "RegistrationAdmin",
    "SessionAdmin",
]
