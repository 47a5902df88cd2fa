"""What becomes of someone's places when they are erased."""

from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal
from email.utils import parseaddr

from django.conf import settings
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from conferences.actions import lock
from recovery_network import keys
from recovery_network.privacy.fields import Consequence
from recovery_network.privacy.person import Person
from registrations import costs
from registrations.actions.cancelling import give_up
from registrations.actions.places import fill
from registrations.models import Booking, Registration
from registrations.models.cancellation_rule import NOTHING
from registrations.queries import registrations_of, whole_bookings

State = Registration.State
# Instead of a name: an invoice may still be written for the place.
NOBODY = "–"


def foresee(person: Person, now: datetime) -> list[Consequence]:
    """The places that are given up, with what that costs, and the people who lose their contact person."""
    told = []
    for each in registrations_of(person).filter(companion_of=None):
        if stands(each, now):
            said = _("Your place at “%(title)s” is given up, and goes to the next in line.")
            told.append(
                Consequence(said % {"title": each.conference.title}, costs.fee_for(each, now))
            )
    for booking in bookings_of(person):
        left = others_in(booking, person).count()
        if left and booking.conference.ends_at > now:
            said = ngettext(
                "%(n)d other person whom you registered for “%(title)s” keeps the place. The organisers become "
                "the contact instead of you.",
                "%(n)d other people whom you registered for “%(title)s” keep their places. The organisers become "
                "the contact instead of you.",
                left,
            )
            told.append(Consequence(said % {"n": left, "title": booking.conference.title}))
    return told


def release(person: Person, now: datetime) -> Decimal:
    """Give up every place under the lock of its gathering, and delete what isn't owed for; returns the cost in kr.

    Whoever waits gets the freed places in the same transaction. Deadlines for cancelling count for nothing here:
    nobody is kept in a list against their will, but what it costs is what the table says.
    """
    bookings = list(bookings_of(person))
    mine = registrations_of(person).order_by("conference_id", "pk")
    touched = {row.conference_id for row in mine} | {row.conference_id for row in bookings}
    # In one order for all, so that no two wait for each other.
    conferences = {pk: lock(pk) for pk in sorted(touched)}
    # Read anew: before the lock a place may have become a colleague's.
    rows = list(mine.all())
    cost = NOTHING
    for each in rows:
        each.conference = conferences[each.conference_id]
        if each.companion_of_id is None and stands(each, now):
            fee = costs.fee_for(each, now)
            give_up(each, now, by=None, reason="", fee=fee)
            cost += fee
    forget(rows, now)
    for booking in bookings:
        hand_to_organisers(booking, person)
    Booking.objects.filter(pk__in=[each.booking_id for each in rows], registrations=None).delete()
    for conference in conferences.values():
        fill(conference)
    return cost


def stands(registration: Registration, now: datetime) -> bool:
    """Whether there is still a place, or a turn in line, to give up."""
    conference = registration.conference
    over = conference.ends_at <= now or conference.is_called_off(now)
    return registration.is_active and registration.checked_in_at is None and not over


def bookings_of(person: Person) -> Iterable[Booking]:
    return whole_bookings().filter(person.owns("contact_email")).order_by("conference_id", "pk")


def others_in(booking: Booking, person: Person) -> QuerySet[Registration]:
    mine = registrations_of(person).values("pk")
    return booking.registrations.exclude(Q(pk__in=mine) | Q(companion_of__in=mine))


def is_owed(registration: Registration, now: datetime) -> bool:
    used = registration.state == State.CONFIRMED and not registration.conference.is_called_off(now)
    return registration.cancellation_fee > 0 or (used and registration.price > 0)


def forget(rows: list[Registration], now: datetime) -> None:
    """Deletes them with all that hangs on them; of one that is owed for, the sum and the organisation stay."""
    for each in rows:
        if not is_owed(each, now):
            continue
        for related in (each.needs, each.seats, each.consents, each.handovers, each.companions):
            related.all().delete()
        each.doubles.all().delete()
        each.name, each.badge_name, each.email = NOBODY, "", ""
        each.code, each.manage_key, each.undo_until = keys.readable_code(), keys.secret_key(), None
        each.save(update_fields=["name", "badge_name", "email", "code", "manage_key", "undo_until"])
    gone = [each.pk for each in rows if not is_owed(each, now)]
    Registration.objects.filter(pk__in=gone).delete()


def hand_to_organisers(booking: Booking, person: Person) -> None:
    """Nobody is left as the contact, and old links are dead; where a private person owes for the place, the invoice needs whom to reach."""
    left = list(booking.registrations.all())
    if not left:
        booking.delete()
        return
    booking.manage_key, booking.code = keys.secret_key(), keys.readable_code()
    booking.save(update_fields=["manage_key", "code"])
    if booking.organisation_id is None and all(each.name == NOBODY for each in left):
        return
    conference = booking.conference
    booking.contact_name = conference.contact_name or str(_("The organisers"))
    booking.contact_email = conference.contact_email or parseaddr(settings.DEFAULT_FROM_EMAIL)[1]
    booking.save(update_fields=["contact_name", "contact_email"])
