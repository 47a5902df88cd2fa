"""Invented people who register for the coming gatherings, by the verbs that the website uses."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils import timezone

from conferences.models import Conference
from network.models import Organisation, User
from recovery_network.demo import accounts, coming
from recovery_network.mail.models import Mail
from registrations import mails
from registrations.actions import cancelling, places
from registrations.actions.applying import Application, NeedReport, PersonApplication
from registrations.actions.needing import Answer, answer_needs
from registrations.actions.registering import register
from registrations.models import Booking, Consent, Need, Registration

State = Registration.State
BUA, FJORDVIK, LYNGVAG = "Møteplassen Bua", "Fjordvik kommune", "Lyngvåg kommune"
FYRLYKTA, NABOLAGET, LYNGHEIA = (
    "Brukersenteret Fyrlykta",
    "Nabolaget sosiale entreprise",
    "Høgskolen på Lyngheia",
)
STORNESET, MYRLAND = "Storneset kommune", "Myrland kommune"
NAV_LYNGVAG, NAV_FJORDVIK = "Nav Lyngvåg", "Nav Fjordvik"


@dataclass(frozen=True)
class Guest:
    """Someone who registers. An empty organisation means that they come on their own."""

    name: str
    organisation: str
    badge_name: str = ""
    invoice_reference: str = ""
    needs: Sequence[NeedReport] = ()
    language: str = "nb"
    reached: bool = True

    @property
    def email(self) -> str:
        """Empty where they have none, and are reached through somebody else."""
        if not self.reached:
            return ""
        letters = self.name.lower().translate(str.maketrans("æøå ", "eoa."))
        return f"{letters}@example.no"


EMPLOYEES = (
    Guest("Anne Prøvestad", STORNESET, invoice_reference="STO-1001"),
    Guest("Bjørn Eksempelvik", STORNESET, invoice_reference="STO-1001"),
    Guest(
        "Camilla Testnes", STORNESET, needs=(NeedReport(Need.Kind.ALLERGY, "Tåler ikke gluten"),)
    ),
    Guest("David Demoland", MYRLAND, invoice_reference="MY-77"),
    Guest("Eli Liksomdal", MYRLAND),
    Guest("Farid Prøvestad", NAV_LYNGVAG, badge_name="Farid"),
    Guest("Grete Påfunnsvik", NAV_LYNGVAG, invoice_reference="1234"),
    Guest("Hallgrim Testnes", LYNGVAG, language="nn"),
    Guest("Ida Eksempelvik", LYNGVAG, language="nn"),
    Guest("Jens Demoland", FJORDVIK, invoice_reference="PO-5540"),
    Guest("Karima Liksomdal", FJORDVIK, invoice_reference="PO-5540"),
    Guest("Leif Påfunnsvik", FJORDVIK),
    Guest("Mette Prøvestad", LYNGHEIA, language="da"),
    Guest("Nora Testnes", LYNGHEIA, language="en", badge_name="Nora T."),
    Guest(
        "Odd Eksempelvik",
        NABOLAGET,
        needs=(
            NeedReport(Need.Kind.HEARING_LOOP),
            NeedReport(Need.Kind.OTHER, "Sitter helst foran"),
        ),
    ),
    Guest("Petra Demoland", NAV_FJORDVIK, needs=(NeedReport(Need.Kind.TEXT_INTERPRETER),)),
    Guest("Reidun Liksomdal", NAV_FJORDVIK),
)
# Five from one meeting place, which has no more; three from another; two who come on their own.
FREE = (
    Guest("Sara Påfunnsvik", BUA, badge_name="Sara"),
    Guest("Tarjei Prøvestad", BUA, needs=(NeedReport(Need.Kind.QUIET_ROOM),)),
    Guest("Unni Testnes", BUA),
    Guest("Vidar Eksempelvik", BUA, badge_name="Vidar"),
    Guest("Wenche Demoland", BUA),
    Guest("Yngve Liksomdal", FYRLYKTA),
    Guest("Åse Påfunnsvik", FYRLYKTA, badge_name="Åse"),
    Guest("Aksel Testnes", FYRLYKTA),
    Guest("Berit Prøvestad", "", needs=(NeedReport(Need.Kind.WHEELCHAIR, "Manuell rullestol"),)),
    Guest("Cato Demoland", ""),
    Guest("Dagny Eksempelvik", FJORDVIK),
    Guest("Espen Liksomdal", FJORDVIK),
    Guest("Frida Påfunnsvik", FJORDVIK),
    Guest("Geir Testnes", FJORDVIK),
    Guest("Hilde Prøvestad", FJORDVIK),
)
# Beyond the five of their organisation: they chose the waiting list.
IN_LINE = (
    Guest("Ivar Demoland", FJORDVIK),
    Guest("Johanne Liksomdal", FJORDVIK),
    Guest("Kjetil Eksempelvik", FJORDVIK),
    Guest("Lise Testnes", BUA),
)


@dataclass(frozen=True)
class Party:
    """Several people whom one contact person registers; each with their kind of place and companion."""

    contact: Guest
    people: Sequence[tuple[Guest, str, str | None]]
    together: bool = False


# Who it is, the contact person says later.
LATER = Guest("", STORNESET, reached=False)
# A workplace that brings a user with a companion, one without e-mail and one who has no name yet; then two who come
# only together.
PARTIES = (
    Party(
        Guest("Marit Prøvestad", STORNESET, invoice_reference="STO-1002"),
        (
            (Guest("Marit Prøvestad", STORNESET), "ansatt", None),
            (Guest("Nils Demoland", STORNESET), "ansatt", None),
            (Guest("Oddny Testnes", STORNESET, reached=False), "ansatt", None),
            (Guest("Paal Eksempelvik", STORNESET, reached=False), "friplass", "Rikke Liksomdal"),
            (LATER, "ansatt", None),
        ),
    ),
    Party(
        Guest("Solveig Påfunnsvik", FJORDVIK),
        (
            (Guest("Tone Demoland", FJORDVIK, reached=False), "friplass", None),
            (Guest("Ulf Eksempelvik", FJORDVIK, reached=False), "friplass", None),
        ),
        together=True,
    ),
)
GIVE_UP = ("Frida Påfunnsvik", "Geir Testnes", "Reidun Liksomdal")
ANSWERS = {
    "Camilla Testnes": (
        Need.Status.ARRANGED,
        "Kjøkkenet lager maten din for seg. Si navnet ditt ved disken.",
    ),
    "Tarjei Prøvestad": (
        Need.Status.CANNOT_BE_MET,
        "Arenaen har dessverre ikke et eget rom. Ved vinduene i andre etasje er det stille.",
    ),
}
LETS_OFFER_LAPSE = "Ivar Demoland"
ONLINE = (
    Guest("Marius Prøvestad", ""),
    Guest("Nina Demoland", BUA),
    Guest("Olav Testnes", MYRLAND),
)


def load(added: Sequence[Conference]) -> None:
    """Fills the gatherings that have just been added."""
    for conference in added:
        if conference.slug == coming.SLUG:
            fill_conference(conference)
        else:
            sign_up(conference, [(guest, "deltaker") for guest in ONLINE])
        count_as_sent(conference)


def fill_conference(conference: Conference) -> None:
    """Every state a registration can have, reached the way people reach it."""
    wishes = [
        *((guest, "ansatt") for guest in EMPLOYEES),
        *((guest, "friplass") for guest in (*FREE, *IN_LINE)),
    ]
    sign_up(conference, wishes)
    for party in PARTIES:
        bring(conference, party)
    for name in GIVE_UP:
        cancelling.cancel(registration=conference.registrations.get(name=name))
    conference.registrations.filter(name=LETS_OFFER_LAPSE, state=State.OFFERED).update(
        offer_expires_at=timezone.now() - timedelta(minutes=1)
    )
    places.settle_one(conference.pk)
    answer_some(conference)


def answer_some(conference: Conference) -> None:
    """One need arranged, one that can't be met, the others still waiting for an answer."""
    needs = Need.objects.filter(registration__conference=conference).select_related("registration")
    answers = [
        Answer(need.pk, *ANSWERS[need.registration.name])
        for need in needs
        if need.registration.name in ANSWERS
    ]
    organiser = User.objects.get(email=accounts.ORGANISER)
    answer_needs(conference=conference, answers=answers, by=organiser)


def sign_up(conference: Conference, wishes: Sequence[tuple[Guest, str]]) -> None:
    """One after the other, spread evenly over the weeks since registration opened."""
    now = timezone.now()
    opened = conference.registration_opens_at or now
    step = (now - opened) / (len(wishes) + 1)
    for number, (guest, tier) in enumerate(wishes, start=1):
        register(conference=conference, application=application(conference, guest, tier))
        move_back(conference, guest, opened + number * step)


def bring(conference: Conference, party: Party) -> None:
    contact = party.contact
    application = Application(
        submission=uuid.uuid5(uuid.NAMESPACE_URL, f"demo/{conference.key}/{contact.email}/party"),
        contact_name=contact.name,
        contact_email=contact.email,
        people=tuple(
            PersonApplication(
                tier=tier,
                name=guest.name,
                email=guest.email,
                companion=companion,
                accept_waiting=True,
            )
            for guest, tier, companion in party.people
        ),
        organisation=Organisation.objects.filter(
            name=contact.organisation, merged_into=None
        ).first(),
        invoice_reference=contact.invoice_reference,
        together=party.together,
    )
    register(conference=conference, application=application)


def application(conference: Conference, guest: Guest, tier: str) -> Application:
    organisation = Organisation.objects.filter(name=guest.organisation, merged_into=None).first()
    return Application(
        submission=uuid.uuid5(uuid.NAMESPACE_URL, f"demo/{conference.key}/{guest.email}"),
        contact_name=guest.name,
        contact_email=guest.email,
        people=(
            PersonApplication(
                tier=tier,
                name=guest.name,
                email=guest.email,
                badge_name=guest.badge_name,
                needs=tuple(guest.needs),
                accept_waiting=True,
            ),
        ),
        organisation=organisation,
        invoice_reference=guest.invoice_reference,
        language=guest.language,
    )


def move_back(conference: Conference, guest: Guest, moment: datetime) -> None:
    """The verb wrote that it happened now; in the demo it happened at `moment`."""
    row = conference.registrations.get(email=guest.email)
    row.created_at = moment
    row.confirmed_at = moment if row.confirmed_at else None
    row.waiting_since = moment if row.waiting_since else None
    row.save(update_fields=["created_at", "confirmed_at", "waiting_since"])
    Booking.objects.filter(pk=row.booking_id).update(created_at=moment)
    Consent.objects.filter(registration=row).update(given_at=moment)


def count_as_sent(conference: Conference) -> None:
    """The mails from weeks ago have gone; those about what happened just now are left for the worker."""
    for registration in conference.registrations.all():
        Mail.objects.filter(
            about=mails.about(registration),
            kind__in=["confirmation", "waiting_list", "awaiting_approval"],
        ).update(
            state=Mail.State.SENT,
            attempts=1,
            created_at=registration.created_at,
            not_before=registration.created_at,
            sent_at=registration.created_at,
        )
