"""What registrations write to people about: one function per kind of mail, no rendering and no SMTP."""

import uuid
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from email.utils import parseaddr
from functools import partial
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models import Exists, OuterRef
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import SimpleLazyObject
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from conferences import calendars
from conferences.models import Conference, JoinDetails, Venue
from programme.models import Session
from recovery_network import i18n, markup
from recovery_network.mail import attachments, kinds, outbox
from recovery_network.mail.models import Mail
from registrations import costs, workshops
from registrations.models import (
    Booking,
    CancellationRule,
    Handover,
    Registration,
    SessionSeat,
    Tier,
)

State = Registration.State
CALENDAR = "registration-calendar"
CALENDAR_GIVEN_UP = "handed-over-calendar"
JOINING = "practical_information"
KIND_OF_STATE = {
    State.CONFIRMED: "confirmation",
    State.WAITING: "waiting_list",
    State.OFFERED: "offer",
    State.LAPSED: "offer_lapsed",
    State.CANCELLED: "cancellation",
    State.PENDING: "awaiting_approval",
    State.DECLINED: "not_approved",
}
# Thousands of mails have such a file: what it doesn't tell isn't read.
IN_THE_CALENDAR = (
    *("manage_key", "sequence", "state", "email", "booking__language", "booking__contact_email"),
    *(
        f"conference__{name}"
        for name in ("slug", "kind", "format", "starts_at", "ends_at", "time_zone")
    ),
    *("conference__cancelled_at", "conference__revision"),
    *(f"conference__venue__{name}" for name in ("name", "street", "postcode", "city")),
)
# For mails to an address that isn't, or is no longer, the one the secret link belongs to.
WITHOUT_LINK = ("conference_title", "date", "time", "place_line")
WITHOUT_PLACE = ("name", *WITHOUT_LINK)
PLACEHOLDERS = ("name", "conference_title", "date", "time", "place_line", "code", "manage_url")


def declare() -> None:
    """Makes the kinds of mail and the calendar file known to the outbox."""
    for name, label in (
        ("confirmation", _("Place confirmed")),
        ("waiting_list", _("On the waiting list")),
        ("awaiting_approval", _("Awaiting approval")),
        ("already_registered", _("Registered already")),
        ("link", _("Link sent again")),
        ("offer", _("Place offered")),
        ("offer_lapsed", _("Offer lapsed")),
        ("cancellation", _("Cancellation")),
        ("reminder", _("Reminder")),
        ("change", _("Registration changed")),
        ("need_answered", _("Answer from the organiser")),
    ):
        kinds.register(kinds.Kind(name=name, label=label, placeholders=PLACEHOLDERS, sample=sample))
    kinds.register(
        kinds.Kind(
            name="called_off",
            label=_("Gathering called off"),
            placeholders=PLACEHOLDERS,
            sample=called_off_sample,
        )
    )
    kinds.register(
        kinds.Kind(
            name="not_approved",
            label=_("Not approved"),
            placeholders=WITHOUT_PLACE,
            sample=declined_sample,
        )
    )
    kinds.register(
        kinds.Kind(
            name=JOINING,
            label=_("How to join digitally"),
            placeholders=PLACEHOLDERS,
            sample=joining_sample,
        )
    )
    kinds.register(
        kinds.Kind(
            name="new_address",
            label=_("Is this your new address?"),
            placeholders=WITHOUT_LINK,
            sample=new_address_sample,
        )
    )
    for name, label in (
        ("address_changed", _("To the old address: it is no longer used")),
        ("handed_over", _("To the old person: the place is handed over")),
    ):
        kinds.register(
            kinds.Kind(name=name, label=label, placeholders=("name", *WITHOUT_LINK), sample=sample)
        )
    for name, label in (
        ("workshops_changed", _("Workshops changed")),
        ("workshop_moved_up", _("Seat in a workshop")),
        ("workshop_called_off", _("Workshop called off")),
    ):
        kinds.register(
            kinds.Kind(name=name, label=label, placeholders=PLACEHOLDERS, sample=workshop_sample)
        )
    attachments.register(CALENDAR, calendar_file)
    attachments.register(CALENDAR_GIVEN_UP, calendar_file_given_up)


def confirmation(registration: Registration) -> Mail | None:
    return queue("confirmation", registration, version=str(registration.sequence), calendar=True)


def waiting_list(registration: Registration) -> Mail | None:
    return queue("waiting_list", registration, version=str(registration.sequence))


def awaiting_approval(registration: Registration) -> Mail | None:
    return queue("awaiting_approval", registration, version=str(registration.sequence))


def not_approved(registration: Registration, *, reason: str = "") -> Mail | None:
    """With the organiser's own words, where there are any."""
    return queue("not_approved", registration, version=str(registration.sequence), reason=reason)


def as_it_stands(registration: Registration, *, reason: str = "") -> Mail | None:
    """What has just happened to the place, by its state; `reason` is why it was not approved."""
    if registration.state == State.DECLINED:
        return not_approved(registration, reason=reason)
    return {
        State.CONFIRMED: confirmation,
        State.WAITING: waiting_list,
        State.OFFERED: offer,
        State.LAPSED: offer_lapsed,
        State.CANCELLED: cancellation,
        State.PENDING: awaiting_approval,
    }[State(registration.state)](registration)


def already_registered(registration: Registration) -> Mail | None:
    """At most once an hour, so that nobody can fill a stranger's mailbox."""
    return queue("already_registered", registration, version=f"{timezone.now():%Y%m%d%H}")


def link(registration: Registration) -> Mail | None:
    """For whoever lost the mail with it; at most once an hour, as above."""
    return queue("link", registration, version=f"{timezone.now():%Y%m%d%H}")


def offer(registration: Registration) -> Mail | None:
    return queue("offer", registration, version=str(registration.sequence))


def offer_lapsed(registration: Registration) -> Mail | None:
    return queue("offer_lapsed", registration, version=str(registration.sequence))


def cancellation(registration: Registration) -> Mail | None:
    return queue("cancellation", registration, version=str(registration.sequence), calendar=True)


def called_off(readers: Sequence[Registration], reason: str) -> Mail | None:
    """With the organiser's own words; who has a place also gets what takes it out of the calendar.

    One mail for those whose mails go to the same contact, or for one person.
    """
    first = readers[0]
    return queue(
        "called_off",
        first,
        version=str(first.sequence),
        calendar=first.state == State.CONFIRMED,
        reason=reason,
        **named_together(readers),
    )


def workshops_changed(registration: Registration) -> Mail | None:
    """What the person's day looks like after they, or an organiser, changed it."""
    version = str(registration.sequence)
    return queue("workshops_changed", registration, version=version, calendar=True)


def workshop_moved_up(registration: Registration) -> Mail | None:
    """A seat that was waited for came free, or several at once."""
    version = str(registration.sequence)
    return queue("workshop_moved_up", registration, version=version, calendar=True)


def workshop_called_off(
    registration: Registration, *, session: Session, reason: str
) -> Mail | None:
    """With the organiser's own words, and where to choose another."""
    return queue(
        "workshop_called_off",
        registration,
        version=str(registration.sequence),
        calendar=registration.state == State.CONFIRMED,
        workshop=session.title,
        reason=reason,
    )


def reminder(readers: Sequence[Registration], moment: datetime) -> Mail | None:
    """One mail for those whose mails go to the same contact, or for one person."""
    first = readers[0]
    key = f"{reminder_prefix(first.conference, moment)}{first.pk}"
    return queue("reminder", first, key=key, calendar=True, **named_together(readers))


def named_together(readers: Sequence[Registration]) -> dict[str, Any]:
    """Everyone's name and code, where one mail is about several."""
    if len(readers) == 1:
        return {}
    return {
        "person": ", ".join(each.shown_name for each in readers),
        "code": ", ".join(f"{each.code} ({each.shown_name})" for each in readers),
        "unnamed": any(each.may_name(timezone.now()) for each in readers),
    }


def reminder_prefix(conference: Conference, moment: datetime) -> str:
    """What the keys of all mails of one reminder begin with."""
    return f"reminder:{conference.pk}:{moment:%Y%m%dT%H%M}:"


def change(registration: Registration) -> Mail | None:
    """How the registration stands after a change, with the entry for the calendar anew."""
    version = str(registration.sequence)
    has_place = registration.state == State.CONFIRMED
    return queue("change", registration, version=version, calendar=has_place)


def moved(registration: Registration, reason: str) -> Mail | None:
    """That the gathering has another time or place, in the organiser's own words too."""
    version = str(registration.sequence)
    has_place = registration.state == State.CONFIRMED
    return queue(
        "change",
        registration,
        version=version,
        calendar=has_place,
        gathering_moved="yes",
        reason=reason,
    )


def need_answered(registration: Registration, *, occasion: str) -> Mail | None:
    """That there is an answer; what it is about stands on their page only, since it tells of health."""
    return queue("need_answered", registration, version=occasion)


def new_address(registration: Registration, email: str, token: str) -> Mail | None:
    """To an address that isn't known to be theirs, so it names nobody; once an hour for each address."""
    digest = uuid.uuid5(uuid.NAMESPACE_URL, f"{registration.manage_key} {email}")
    return queue(
        "new_address",
        registration,
        to=email,
        version=f"{digest}:{timezone.now():%Y%m%d%H}",
        address_url=calendars.absolute(reverse("use_address", args=[token])),
    )


def address_changed(registration: Registration, *, to: str) -> Mail | None:
    return queue("address_changed", registration, to=to, version=str(registration.sequence))


def handed_over(registration: Registration, handover: Handover) -> Mail | None:
    """To the person who had the place, with what takes it out of their calendar."""
    entry = [f"{CALENDAR_GIVEN_UP}:{handover.pk}"] if registration.state == State.CONFIRMED else []
    return queue("handed_over", registration, key=handed_over_key(handover.pk), attachments=entry)


def handed_over_key(handover: int | str) -> str:
    return f"handed_over:{handover}"


def welcome(registration: Registration) -> Mail | None:
    """To the person who got the place, or the turn in line, from a colleague."""
    return queue(
        KIND_OF_STATE[State(registration.state)],
        registration,
        version=str(registration.sequence),
        calendar=registration.state == State.CONFIRMED,
        handed_over="yes",
    )


def greet_named(registration: Registration) -> Mail | None:
    """To whoever was named for a place that was reserved; through the contact person where there is no address."""
    return queue(
        KIND_OF_STATE[State(registration.state)],
        registration,
        version=str(registration.sequence),
        calendar=registration.state == State.CONFIRMED,
        named="yes" if registration.has_own_address else "",
    )


def withdraw_all(registration: Registration) -> None:
    """Takes back every mail that has not left: its address or its link is no longer right."""
    outbox.withdraw(about=[about(registration)])


def withdraw_reminders(*registrations: Registration) -> None:
    """Takes back what tells of a day that these people no longer come to."""
    for kind in ("reminder", JOINING):
        outbox.withdraw(kind=kind, about=[about(each) for each in registrations])


def joining(registration: Registration, details: JoinDetails) -> Mail | None:
    """How to join, once for each version of the link; an older one that hasn't left is taken back."""
    outbox.withdraw(kind=JOINING, about=[about(registration)])
    told_before = Mail.objects.filter(kind=JOINING, about=about(registration)).exists()
    return queue(
        JOINING,
        registration,
        key=f"{joining_prefix(details)}{registration.pk}",
        **how_to_join(details, registration.booking.language),
        new_link="yes" if told_before else "",
    )


def joining_prefix(details: JoinDetails) -> str:
    """What the keys of all mails with one version of the link begin with."""
    return f"{JOINING}:{details.conference_id}:{details.version}:"


def how_to_join(details: JoinDetails, language: str) -> dict[str, Any]:
    with i18n.speaking(language), i18n.in_zone(details.conference.time_zone):
        opens = details.conference.starts_at != details.opens_at()
        return {
            "join_url": details.url,
            "phone_number": details.phone_number,
            "phone_code": details.phone_code,
            "room_opens": i18n.clock(details.opens_at()) if opens else "",
            "how_to_join": details.help_text,
            "how_to_join_html": markup.to_html(details.help_text),
        }


def again(registration: Registration, *, occasion: str = "") -> Mail | None:
    """The mail that tells how the registration stands now: once for an `occasion`, else once a minute."""
    kind = KIND_OF_STATE[registration.shown_state]
    if registration.is_active and registration.conference.is_called_off():
        kind = "called_off"
    calendar = registration.shown_state in {State.CONFIRMED, State.CANCELLED}
    version = f"{registration.sequence}:{occasion or f'{timezone.now():%Y%m%d%H%M}'}"
    return queue(kind, registration, version=version, calendar=calendar)


def own_calendar(registration: Registration) -> str:
    """Names the entry too: where the place has gone to someone else meanwhile, the file is gone."""
    return f"{CALENDAR}:{registration.pk}:{registration.calendar_uid}"


def about(registration: Registration) -> str:
    return f"registrations.registration:{registration.pk}"


def queue(
    kind: str,
    registration: Registration,
    *,
    to: str = "",
    version: str = "",
    key: str = "",
    calendar: bool = False,
    attachments: Sequence[str] = (),
    **words: Any,
) -> Mail | None:
    if registration.companion_of_id and not registration.email:
        return None  # whoever they accompany is told of both
    if registration.double_of_id and registration.has_own_address:
        return None  # their mails are about the place they have: see State.DOUBLE
    language = registration.booking.language
    return outbox.queue(
        kind=kind,
        to=to or registration.address,
        language=language,
        context={**context(registration, language), **words},
        key=key or f"{kind}:{registration.pk}:{version}",
        attachments=[own_calendar(registration)]
        if calendar and not registration.is_unnamed
        else attachments,
        about=about(registration),
    )


def context(registration: Registration, language: str) -> Mapping[str, Any]:
    """The words and addresses of a mail, in the recipient's language and the conference's time zone."""
    conference = registration.conference
    with i18n.speaking(language), i18n.in_zone(conference.time_zone):
        expires = registration.offer_expires_at
        organisation = registration.booking.organisation
        return {
            "registration": registration,
            "conference": conference,
            "tier": registration.tier,
            "tier_name": registration.tier.name,
            "organisation_name": organisation.name if organisation else "",
            "name": registration.name if registration.email else registration.booking.contact_name,
            "person": registration.shown_name,
            "unnamed": registration.may_name(timezone.now()),
            "names_until": i18n.date_and_clock(conference.nameable_until()),
            "companion": companion_of(registration),
            "code": registration.code,
            "price": i18n.money(registration.price),
            "costs": registration.price > 0,
            "charged": registration.cancellation_fee > 0,
            "fee": i18n.money(registration.cancellation_fee),
            # Read only by the mails that tell it.
            "cancelling": SimpleLazyObject(partial(cancelling_terms, conference)),
            "invoice_reference": registration.booking.invoice_reference,
            "conference_title": conference.title,
            "neutral_title": calendars.neutral_title(conference),
            "date": i18n.date_long(conference.starts_at),
            "time": i18n.time_range(conference.starts_at, conference.ends_at),
            "place_line": calendars.place(conference),
            "cancel_until": i18n.date_and_clock(conference.cancellable_until()),
            "offer_expires": i18n.date_and_clock(expires) if expires else "",
            "manage_url": calendars.absolute(reverse("manage", args=[registration.manage_key])),
            "offer_url": calendars.absolute(reverse("offer", args=[registration.offer_key]))
            if registration.offer_key
            else "",
            "conference_url": calendars.absolute(conference.get_absolute_url()),
            "register_url": calendars.absolute(reverse("register", args=[conference.slug])),
            "workshops": workshops.lines(registration) if registration.pk else [],
            "workshops_url": calendars.absolute(
                reverse("workshops", args=[registration.manage_key])
            ),
            "contact_name": conference.contact_name,
            "contact_email": conference.contact_email,
            "contact_phone": conference.contact_phone,
        }


def cancelling_terms(conference: Conference) -> list[str]:
    return costs.terms_of(conference, costs.kept_rules_of(conference))


def companion_of(registration: Registration) -> str:
    """The name of whoever accompanies them, or that somebody does; empty where nobody does."""
    if registration._state.adding or registration.companion_of_id:
        return ""
    companion = registration.companions.active().first()
    return "" if companion is None else companion.name or gettext("one companion")


def calendar_file(argument: str) -> attachments.Attachment | None:
    """The person's own calendar entry: the same UID all along, CANCEL once there is nothing to come to."""
    number, _colon, uid = argument.partition(":")
    registration = (
        Registration.objects.select_related("booking", "conference__venue")
        .only(*IN_THE_CALENDAR)
        .annotate(has_seats=Exists(SessionSeat.objects.held().filter(registration=OuterRef("pk"))))
        .filter(pk=number)
        .order_by()
        .first()
    )
    if registration is None or (uid and uid != str(registration.calendar_uid)):
        return None
    with i18n.speaking(registration.booking.language):
        content = personal_calendar(registration)
    return as_attachment(content, calendar_method(registration))


def calendar_file_given_up(number: str) -> attachments.Attachment | None:
    """What takes the entry out of the calendar of the person who had the place before.

    Whose address that was stands in the mail alone.
    """
    handover = (
        Handover.objects.select_related("registration__booking", "registration__conference__venue")
        .filter(pk=number)
        .first()
    )
    mail = Mail.objects.filter(key=handed_over_key(number)).first()
    if handover is None or mail is None:
        return None
    with i18n.speaking(mail.language):
        content = calendar_of(
            handover.registration.conference,
            method="CANCEL",
            uid=handover.calendar_uid,
            sequence=handover.sequence,
            attendee=mail.recipient,
        )
    return as_attachment(content, "CANCEL")


def as_attachment(content: bytes, method: str) -> attachments.Attachment:
    mimetype = f"text/calendar; charset=utf-8; method={method}"
    return attachments.Attachment("kalender.ics", content, mimetype)


def calendar_method(registration: Registration) -> str:
    stands = registration.is_active and not registration.conference.is_called_off()
    return "REQUEST" if stands else "CANCEL"


def personal_calendar(registration: Registration) -> bytes:
    held: list[SessionSeat] = []
    if vars(registration).get("has_seats", True):
        held = [each for each in workshops.seats_of(registration) if each.is_held]
    return calendar_of(
        registration.conference,
        method=calendar_method(registration),
        uid=registration.calendar_uid,
        sequence=registration.sequence,
        attendee=registration.address,
        held=held,
    )


def calendar_of(
    conference: Conference,
    *,
    method: str,
    uid: uuid.UUID,
    sequence: int,
    attendee: str,
    held: Sequence[SessionSeat] = (),
) -> bytes:
    # Not the person's own link: calendars are shared with colleagues.
    address = calendars.absolute(conference.get_absolute_url())
    event = calendars.event(
        conference,
        uid=str(uid),
        sequence=sequence,
        cancelled=method == "CANCEL",
        description_url=address,
    )
    if held:
        with i18n.in_zone(conference.time_zone):
            told = [f"{each.time}: {each.title}" for each in map(workshops.line_of, held)]
        del event["description"]
        event.add("description", "\n".join([*told, address]))
    # RFC 5546: a request names who holds the gathering and who comes; no answer is asked for.
    event.add("organizer", f"mailto:{parseaddr(settings.DEFAULT_FROM_EMAIL)[1]}")
    event.add(
        "attendee",
        f"mailto:{attendee}",
        parameters={"PARTSTAT": "ACCEPTED", "RSVP": "FALSE"},
    )
    return calendars.file([event], method=method)


def sample() -> Mapping[str, Any]:
    """An invented registration for previews and for the tests that read every mail in every language."""
    start = datetime(2030, 4, 18, 8, 30, tzinfo=ZoneInfo(settings.TIME_ZONE))
    venue = Venue(name="Fjordsalen", street="Strandgata 1", postcode="4300", city="Sandnes")
    conference = Conference(
        slug="eksempel",
        title="Eksempelkonferansen",
        starts_at=start,
        ends_at=start + timedelta(hours=7),
        venue=venue,
        contact_name="Kari Eksempel",
        contact_email="kari@example.no",
        contact_phone="00 00 00 00",
    )
    tier = Tier(conference=conference, key="ansatt", name="Ansatt", price=Decimal(500))
    booking = Booking(conference=conference, contact_email="ola@example.no", language="nb")
    registration = Registration(
        booking=booking,
        conference=conference,
        tier=tier,
        name="Ola Eksempel",
        email="ola@example.no",
        code="ACDE3467",
        manage_key="0" * 32,
        offer_key="1" * 32,
        offer_expires_at=start - timedelta(days=30),
        price=tier.price,
        state=State.CONFIRMED,
    )
    language = get_language() or "nb"
    with i18n.speaking(language):
        rules = [CancellationRule(days_before=14, percent=Decimal(50))]
        cancelling = costs.terms_of(conference, rules)
    return {**context(registration, language), "cancelling": cancelling}


def joining_sample() -> Mapping[str, Any]:
    start = datetime(2030, 4, 18, 8, 30, tzinfo=ZoneInfo(settings.TIME_ZONE))
    details = JoinDetails(
        conference=Conference(starts_at=start, time_zone=settings.TIME_ZONE),
        url="https://video.example.no/rom",
        phone_number="00 00 00 00",
        phone_code="1234#",
        help_text="Du kan ha kameraet av.",
    )
    return {**sample(), **how_to_join(details, get_language() or "nb"), "new_link": ""}


def called_off_sample() -> Mapping[str, Any]:
    return {**sample(), "reason": "Innlederne kan ikke komme.\nVi finner en ny dato."}


def declined_sample() -> Mapping[str, Any]:
    return {**sample(), "reason": "Dagen er for dem som arbeider i kommunene denne gangen."}


def new_address_sample() -> Mapping[str, Any]:
    address = calendars.absolute(reverse("use_address", args=["2" * 120]))
    return {**sample(), "address_url": address}


def workshop_sample() -> Mapping[str, Any]:
    lines = [
        workshops.Line("11.00–12.30", "Eksempelverkstedet", "Rom 2", "held", "Blokk 1"),
        workshops.Line("13.15–14.45", "Det fulle verkstedet", "", "waiting", "Blokk 2"),
        workshops.Line("", "", "", workshops.MISSING, "Blokk 3"),
    ]
    reason = "Den som skulle lede det, er blitt syk."
    return {**sample(), "workshops": lines, "workshop": "Eksempelverkstedet", "reason": reason}
