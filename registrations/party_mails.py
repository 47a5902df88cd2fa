"""What is written to the contact person of several people: one mail for all of them."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from conferences import calendars
from recovery_network import i18n
from recovery_network.mail import kinds, outbox
from recovery_network.mail.models import Mail
from registrations import mails
from registrations.models import Booking, Registration

State = Registration.State
PLACEHOLDERS = ("name", "conference_title", "date", "time", "place_line", "code", "party_url")
WITH_DEADLINE = (*PLACEHOLDERS, "unnamed", "names_until")


def declare() -> None:
    """Makes the kinds of mail known to the outbox."""
    for name, label in (
        ("party", _("Several people registered")),
        ("party_offer", _("Places offered to a party")),
    ):
        kinds.register(kinds.Kind(name=name, label=label, placeholders=PLACEHOLDERS, sample=sample))
    for name, label in (
        ("names_missing", _("Places that have no name yet")),
        ("unnamed_released", _("Places without a name given up")),
    ):
        kinds.register(
            kinds.Kind(name=name, label=label, placeholders=WITH_DEADLINE, sample=unnamed_sample)
        )


def about(booking: Booking) -> str:
    return f"registrations.booking:{booking.pk}"


def withdraw(booking: Booking) -> None:
    """Takes back what was to tell the contact how all stand, where it has not left.

    While mails about the booking are held back, only what is held with them: the ones before it stay true
    if all is undone.
    """
    until = outbox.held_until(about(booking))
    if until is None:
        outbox.withdraw(kind="party", about=[about(booking)])
    else:
        withdraw_held(booking, until=until)


def withdraw_held(booking: Booking, *, until: datetime) -> int:
    """Takes back what was held until then; returns how many mails that were."""
    return outbox.withdraw_held(kind="party", about=about(booking), until=until)


def told_since(booking: Booking, moment: datetime) -> bool:
    """Whether the contact has been told how all stand, or is about to be."""
    told = Mail.objects.filter(kind="party", about=about(booking), created_at__gte=moment)
    return told.exclude(state=Mail.State.CANCELLED).exists()


def party(
    booking: Booking, registrations: Sequence[Registration], *, occasion: str, reason: str = ""
) -> Mail | None:
    """Lists everyone with state and code; the contact's own calendar entry comes along.

    `reason` is what the organiser says to those who are not approved.
    """
    theirs = [
        each
        for each in registrations
        if each.shown_state == State.CONFIRMED
        and each.email.lower() == booking.contact_email.lower()
    ]
    return outbox.queue(
        kind="party",
        to=booking.contact_email,
        language=booking.language,
        context={**context(booking, registrations, booking.language), "reason": reason},
        key=f"party:{booking.pk}:{occasion}",
        attachments=[f"{mails.CALENDAR}:{each.pk}" for each in theirs[:1]],
        about=about(booking),
    )


def party_offer(first: Registration, registrations: Sequence[Registration]) -> Mail | None:
    """One offer for all who come together; `first` is one of them, whose link answers for all."""
    booking = first.booking
    words = context(booking, registrations, booking.language)
    with i18n.speaking(booking.language), i18n.in_zone(booking.conference.time_zone):
        assert first.offer_expires_at is not None
        words = {
            **words,
            "offer_expires": i18n.date_and_clock(first.offer_expires_at),
            "offer_url": calendars.absolute(reverse("offer", args=[first.offer_key])),
        }
    return outbox.queue(
        kind="party_offer",
        to=booking.contact_email,
        language=booking.language,
        context=words,
        key=f"party_offer:{first.pk}:{first.sequence}",
        about=about(booking),
    )


def names_missing(booking: Booking, unnamed: Sequence[Registration]) -> Mail | None:
    """That these places are kept only until the deadline; once for each deadline."""
    return outbox.queue(
        kind="names_missing",
        to=booking.contact_email,
        language=booking.language,
        context=context(booking, unnamed, booking.language),
        key=names_missing_key(booking.pk, unnamed[0].conference.nameable_until()),
        about=about(booking),
    )


def names_missing_key(booking_pk: int, until: datetime) -> str:
    return f"names_missing:{booking_pk}:{until.astimezone(UTC):%Y%m%dT%H%M}"


def unnamed_released(booking: Booking, released: Sequence[Registration]) -> Mail | None:
    """That these places, or turns in line, were given up, since nobody was named for them."""
    first = released[0]
    return outbox.queue(
        kind="unnamed_released",
        to=booking.contact_email,
        language=booking.language,
        context={**context(booking, released, booking.language), "unnamed": len(released)},
        key=f"unnamed_released:{first.pk}:{first.sequence}",
        about=about(booking),
    )


def context(
    booking: Booking, registrations: Sequence[Registration], language: str
) -> Mapping[str, Any]:
    now = timezone.now()
    with i18n.speaking(language):
        party_url = calendars.absolute(booking.get_absolute_url())
    return {
        **mails.context(registrations[0], language),
        "name": booking.contact_name,
        "people": registrations,
        "confirmed": sum(each.shown_state == State.CONFIRMED for each in registrations),
        "waiting": sum(each.shown_state == State.WAITING for each in registrations),
        "pending": sum(each.shown_state == State.PENDING for each in registrations),
        "costs": any(each.price for each in registrations),
        "unnamed": sum(each.may_name(now) for each in registrations),
        "code": booking.code,
        "party_url": party_url,
    }


def sample() -> Mapping[str, Any]:
    language = get_language() or "nb"
    first = mails.sample()["registration"]
    booking: Booking = first.booking
    booking.contact_name, booking.manage_key, booking.code = "Ola Eksempel", "2" * 32, "KLMN3467"
    second = Registration(
        booking=booking,
        conference=first.conference,
        tier=first.tier,
        name="Kari Eksempel",
        code="ACDE7643",
        state=State.WAITING,
        waiting_for=Registration.Scarcity.TIER,
        manage_key="3" * 32,
    )
    return context(booking, [first, second], language)


def unnamed_sample() -> Mapping[str, Any]:
    return {**sample(), "unnamed": 3}
