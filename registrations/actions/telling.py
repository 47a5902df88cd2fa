"""Who is written to when places have changed hands: everyone once, nobody twice."""

from collections.abc import Collection, Iterable, Sequence

from registrations import mails, party_mails, queries
from registrations.actions.rehearsing import rehearse_mail
from registrations.models import Registration

State = Registration.State


def by_reader(registrations: Iterable[Registration]) -> list[list[Registration]]:
    """Those whose mails go to the contact of their booking stand together; everyone else alone.

    Companions are left out: they are told of with the person.
    """
    groups: dict[tuple[bool, int], list[Registration]] = {}
    for each in registrations:
        if each.companion_of_id is None:
            own = each.has_own_address
            groups.setdefault((own, each.pk if own else each.booking_id), []).append(each)
    return list(groups.values())


def tell_all(registrations: Sequence[Registration], *, occasion: str) -> None:
    """Tell those with an address of their own how they stand, and the contact about the whole party.

    All are of one booking. Who registers themselves alone gets one mail. `occasion` makes the mail to the
    contact one of its kind.
    """
    people = [each for each in registrations if each.companion_of_id is None]
    if is_own(people):
        tell(people[0])
        return
    for registration in people:
        if registration.has_own_address:
            tell(registration)
    party_mails.party(people[0].booking, registrations, occasion=occasion)


def tell_moved(unit: Sequence[Registration]) -> None:
    """Tell of places that were offered, confirmed, lapsed or given up at the same time.

    For a party that comes together the contact is told of all of them, and decides for all of them. Others
    are told each, and a companion is told of with the person.
    """
    people = [each for each in unit if each.companion_of_id is None]
    if not people or not people[0].booking.together:
        for registration in people:
            mails.as_it_stands(registration)
        return
    first = people[0]
    if first.state != State.OFFERED:
        for registration in people:
            if registration.has_own_address:
                mails.as_it_stands(registration)
    everyone = queries.people_in(first.booking)
    if first.state == State.OFFERED:
        party_mails.party_offer(first, everyone)
    else:
        party_mails.party(first.booking, everyone, occasion=f"{first.pk}.{first.sequence}")


def tell_answered(
    everyone: Sequence[Registration], answered: Collection[int], reason: str = ""
) -> None:
    """Tell those of a booking who are `answered` by key whether they are approved, and the contact once of all.

    A mail about the party that has not left yet is taken back: the new one says more. `reason` is the
    organiser's own words to those who are not approved.
    """
    people = [each for each in everyone if each.companion_of_id is None]
    told = [each for each in people if each.pk in answered]
    alone = is_own(people)
    for each in told:
        if alone or (each.has_own_address and each.state != State.DOUBLE):
            mails.as_it_stands(each, reason=reason)
    if not alone:
        booking = people[0].booking
        versions = sum(each.sequence for each in people)
        party_mails.withdraw(booking)
        party_mails.party(booking, everyone, occasion=f"answered{versions}", reason=reason)


def is_own(people: Sequence[Registration]) -> bool:
    """One person who is the contact as well."""
    booking = people[0].booking
    contact = (booking.contact_name, booking.contact_email)
    return [(each.name, each.email) for each in people] == [contact]


def tell(registration: Registration) -> None:
    if registration.state == State.DOUBLE:
        tell_again(registration)
    else:
        mails.as_it_stands(registration)


def tell_again(double: Registration) -> None:
    """A kind word to someone who is registered already, at most once an hour."""
    assert double.double_of is not None
    if mails.already_registered(double.double_of) is None:
        rehearse_mail(to=double.address, language=double.booking.language)
