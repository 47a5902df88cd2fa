"""Who is written to when places have changed hands: everyone once, nobody twice."""

from collections.abc import Sequence

from registrations import mails, party_mails
from registrations.actions.rehearsing import rehearse_mail
from registrations.models import Registration

State = Registration.State


def tell_all(registrations: Sequence[Registration], *, occasion: str) -> None:
    """Tell those with an address of their own how they stand, and the contact about the whole party.

    All are of one booking. Who registers themselves alone gets one mail. `occasion` makes the mail to the
    contact one of its kind.
    """
    booking = registrations[0].booking
    if is_own(registrations):
        tell(registrations[0])
        return
    for registration in registrations:
        if registration.has_own_address:
            tell(registration)
    party_mails.party(booking, registrations, occasion=occasion)


def is_own(registrations: Sequence[Registration]) -> bool:
    """One person who is the contact as well."""
    booking = registrations[0].booking
    contact = (booking.contact_name, booking.contact_email)
    return [(each.name, each.email) for each in registrations] == [contact]


def tell(registration: Registration) -> None:
    if registration.state == State.DOUBLE:
        tell_again(registration)
    elif registration.state == State.WAITING:
        mails.waiting_list(registration)
    else:
        mails.confirmation(registration)


def tell_again(double: Registration) -> None:
    """A kind word to someone who is registered already, at most once an hour."""
    assert double.double_of is not None
    if mails.already_registered(double.double_of) is None:
        rehearse_mail(to=double.email, language=double.booking.language)
