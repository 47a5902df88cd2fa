"""More people for a booking that stands, by its contact person."""

from collections.abc import Sequence
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from conferences.actions import lock
from recovery_network.audit.actions import record
from registrations import party_mails, queries
from registrations.actions.applying import Application, PersonApplication
from registrations.actions.places import fill
from registrations.actions.registering import (
    Desk,
    check_people,
    check_unnamed,
    check_window,
    chosen_tiers,
    decide,
    held_organisation,
    same_submission,
    submitted,
    write_people,
    write_seats,
)
from registrations.actions.telling import tell
from registrations.errors import RegistrationError
from registrations.models import Booking, Registration, SessionSeat, Submission
from registrations.models.registration import person_key


@transaction.atomic
def add_people(
    *,
    booking: Booking,
    submission: UUID,
    people: Sequence[PersonApplication],
    invoice_reference: str = "",
) -> Submission:
    """Give each of `people` a place, or a place in line, as if they registered now.

    Those with an address of their own are told, and the contact gets one mail about all in the booking. Where
    the party comes together, those who are added come together with each other. Whoever came by a link for
    those invited may choose what that link still shows. The same submission again
    returns the first answer. Raises RegistrationError as register() does, and too_many where the booking
    would have more people than a booking may.
    """
    conference = lock(booking.conference_id)
    sent = Submission.objects.filter(pk=submission)
    if sent.exists():
        return same_submission(sent.select_related("tier").get(), conference)
    now = timezone.now()
    check_window(conference, now, None)
    booking = queries.whole_bookings().get(pk=booking.pk)
    application = Application(
        submission=submission,
        contact_name=booking.contact_name,
        contact_email=booking.contact_email,
        people=tuple(people),
        organisation=booking.organisation,
        invoice_reference=invoice_reference,
        language=booking.language,
        together=booking.together,
        invitation=booking.invitation,
    )
    check_people(application)
    check_unnamed(conference, application, now)
    check_new(booking, people)
    tiers = chosen_tiers(conference, application, now, None)
    organisation = held_organisation(tiers.values(), booking.organisation, None)
    desk = Desk(conference, organisation, application, now, None)
    decided = decide(desk, tiers, fill(conference))
    added = write_people(desk, booking, decided)
    seats = write_seats(desk, added, decided)
    doubles = [each.pk for each in added if each.state == Registration.State.DOUBLE]
    SessionSeat.objects.filter(registration__in=doubles).delete()
    if invoice_reference and not booking.invoice_reference and any(each.price for each in added):
        booking.invoice_reference = invoice_reference
        booking.save(update_fields=["invoice_reference"])
    record_added(booking, added)
    tell_added(booking, added, occasion=submission.hex)
    return submitted(desk, decided, seats)


def check_new(booking: Booking, people: Sequence[PersonApplication]) -> None:
    """Neither too many all together, nor someone who stands in the booking."""
    there = [each for each in queries.people_in(booking) if each.is_active]
    known = {(each.name_key, each.address.lower()) for each in there}
    for number, person in enumerate(people):
        address = (person.email or booking.contact_email).lower()
        if (person_key(person.name), address) in known and not person.is_unnamed:
            raise RegistrationError(
                _("This person stands in your party already."),
                code="person_twice",
                field="name",
                people=(number,),
            )
    room = Booking.MOST_PEOPLE - number_in(there)
    if len(people) > room:
        raise RegistrationError(too_many(room), code="too_many")


def number_in(people: Sequence[Registration]) -> int:
    """How many people there are, companions apart: they follow their person."""
    return sum(each.is_active and each.companion_of_id is None for each in people)


def too_many(room: int) -> str:
    words = {"most": Booking.MOST_PEOPLE, "room": max(room, 0)}
    return _("A party has at most %(most)s people. There is room for %(room)s more.") % words


def record_added(booking: Booking, added: Sequence[Registration]) -> None:
    for registration in added:
        record(
            action=f"registration.{registration.state}",
            by=None,
            object=registration,
            conference_id=booking.conference_id,
            tier=registration.tier.key,
            waits_for=registration.waiting_for,
            added=True,
        )


def tell_added(booking: Booking, added: Sequence[Registration], *, occasion: str) -> None:
    for registration in added:
        if registration.companion_of_id is None and registration.has_own_address:
            tell(registration)
    party_mails.withdraw(booking)
    party_mails.party(booking, queries.people_in(booking), occasion=occasion)
