"""A small course whose organisers approve who comes. All of it is invented."""

import uuid
from datetime import timedelta

from django.utils import timezone

from conferences.models import Conference
from network.models import Organisation, User
from recovery_network.demo import accounts
from recovery_network.demo.gatherings import OSLO, add_gathering, at
from recovery_network.demo.registrations import (
    FJORDVIK,
    LYNGVAG,
    MYRLAND,
    STORNESET,
    Guest,
    count_as_sent,
    sign_up,
)
from registrations.actions.applying import Application, PersonApplication
from registrations.actions.approving import approve, decline
from registrations.actions.registering import register
from registrations.models import Tier

SLUG = "kurs-aapne-moteplasser"
PLACES = 6
OPEN_FOR = timedelta(days=10)
GUESTS = (
    Guest("Asbjørg Liksomdal", LYNGVAG),
    Guest("Brage Testnes", MYRLAND),
    Guest("Cecilie Demoland", STORNESET, language="nn"),
    Guest("Dag Påfunnsvik", ""),
    Guest("Embla Prøvestad", FJORDVIK),
)
APPROVED = ("Asbjørg Liksomdal", "Brage Testnes")
TURNED_DOWN = "Dag Påfunnsvik"
REASON = "Kurset er for dem som skal drive et sted i høst. Vi håper å se deg neste gang."
# Two who come only together, and wait for one answer.
CONTACT = Guest("Frøydis Eksempelvik", MYRLAND)
TOGETHER = ("Frøydis Eksempelvik", "Gunnar Demoland")


def load() -> None:
    if Conference.objects.filter(slug=SLUG).exists():
        return
    conference = add_course()
    sign_up(conference, [(guest, "deltaker") for guest in GUESTS])
    bring_two(conference)
    count_as_sent(conference)
    answer_some(conference)


def add_course() -> Conference:
    now = timezone.now()
    day = now.astimezone(OSLO).date() + timedelta(days=84)
    opened = at((now - OPEN_FOR).astimezone(OSLO).date(), "09.00")
    conference = add_gathering(
        slug=SLUG,
        title="Kurs: Å drive en åpen møteplass",
        summary="En dag for deg som skal starte eller drive et sted der alle kan komme.",
        kind=Conference.Kind.COURSE,
        about=(
            "Seks plasser rundt ett bord. Arrangørene ser på hver påmelding, så gruppa blir satt sammen av folk "
            "fra ulike steder."
        ),
        target_group="Deg som skal drive en møteplass, i jobben din eller som frivillig.",
        starts_at=at(day, "10.00"),
        ends_at=at(day, "15.00"),
        contact_name="Oda Arrangør",
        contact_email="konferansen@example.no",
        capacity=PLACES,
        approval_needed=True,
        published_at=opened,
        registration_opens_at=opened,
    )
    Tier.objects.create(
        conference=conference,
        key="deltaker",
        name_nb="Deltaker",
        name_nn="Deltakar",
        name_da="Deltager",
        name_en="Participant",
        price=300,
        organisation_required=False,
    )
    Tier.objects.create(
        conference=conference,
        key="gjest",
        name_nb="Gjest",
        name_nn="Gjest",
        name_da="Gæst",
        name_en="Guest",
        audience_nb="For deg som forteller om et sted du har startet",
        audience_nn="For deg som fortel om ein stad du har starta",
        audience_da="For dig, der fortæller om et sted, du har startet",
        audience_en="For you who tell of a place you have started",
        price=0,
        capacity=2,
        organisation_required=False,
        invitation_only=True,
        position=1,
    )
    return conference


def bring_two(conference: Conference) -> None:
    contact = CONTACT
    application = Application(
        submission=uuid.uuid5(uuid.NAMESPACE_URL, f"demo/{conference.key}/{contact.email}/party"),
        contact_name=contact.name,
        contact_email=contact.email,
        people=tuple(
            PersonApplication(
                tier="deltaker", name=name, email=contact.email if name == contact.name else ""
            )
            for name in TOGETHER
        ),
        organisation=Organisation.objects.filter(
            name=contact.organisation, merged_into=None
        ).first(),
        together=True,
    )
    register(conference=conference, application=application)


def answer_some(conference: Conference) -> None:
    organiser = User.objects.get(email=accounts.ORGANISER)
    for name in APPROVED:
        approve(registration=conference.registrations.get(name=name), by=organiser)
    turned_down = conference.registrations.get(name=TURNED_DOWN)
    decline(registration=turned_down, by=organiser, reason=REASON)
