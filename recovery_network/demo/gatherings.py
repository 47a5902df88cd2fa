"""What the demo's gatherings have in common: how they are written down and how they become rows."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from conferences.models import Conference, ConferenceOrganiser, Venue
from network.models import Organisation
from programme.actions.publishing import publish
from programme.models import Contribution, Session, Speaker
from recovery_network.demo.organisations import STEERING_GROUP
from registrations.models import Tier

OSLO = ZoneInfo("Europe/Oslo")
Kind = Session.Kind
Role = Contribution.Role


@dataclass(frozen=True)
class Person:
    """Someone as the programme of that day presents them."""

    name: str
    title: str = ""
    affiliation: str = ""


@dataclass(frozen=True)
class Item:
    """One line of a programme; times as "09.00", people with their role."""

    start: str
    end: str
    key: str
    kind: Session.Kind
    title: str
    abstract: str = ""
    people: Sequence[tuple[Person, Contribution.Role]] = ()


def at(day: date, clock: str) -> datetime:
    hour, minute = clock.split(".")
    return datetime.combine(day, time(int(hour), int(minute)), OSLO)


def add_gathering(**fields: Any) -> Conference:
    """The gathering as a row, arranged by the steering group's organisations."""
    conference = Conference.objects.create(**fields)
    for position, (name, _kind, _aliases) in enumerate(STEERING_GROUP):
        organisation = Organisation.objects.get(name=name, merged_into=None)
        ConferenceOrganiser.objects.create(
            conference=conference, organisation=organisation, position=position
        )
    return conference


def add_programme(conference: Conference, day: date, items: Sequence[Item]) -> None:
    for item in items:
        session = Session.objects.create(
            conference=conference,
            key=item.key,
            kind=item.kind,
            title=item.title,
            abstract=item.abstract,
            starts_at=at(day, item.start),
            ends_at=at(day, item.end),
        )
        for position, (person, role) in enumerate(item.people):
            speaker, _added = Speaker.objects.get_or_create(
                name=person.name,
                defaults={"title": person.title, "affiliation": person.affiliation},
            )
            Contribution.objects.create(
                session=session, speaker=speaker, role=role, position=position
            )
    publish(conference=conference, by=None)


def fredheim_arena() -> Venue:
    venue, _added = Venue.objects.get_or_create(
        name="Fredheim Arena",
        city="Sandnes",
        defaults={
            "directions": (
                "Fredheim Arena ligger i Sandnes. Kom gjerne med tog eller buss: reiseplanleggeren til "
                "[Kolumbus](https://www.kolumbus.no) viser reisen fra der du bor. Kommer du med bil, så "
                "fyll den gjerne opp med kollegaer og naboer."
            ),
            "accessibility": (
                "Arrangøren bekrefter trinnfri inngang, teleslynge og stillerom før konferansen. "
                "Trenger du noe for å kunne delta, så skriv det når du melder deg på."
            ),
        },
    )
    return venue


def add_conference_tiers(conference: Conference, *, free_without_organisation: int | None) -> None:
    """An employee's place for 500 kr, and five free places per organisation.

    `free_without_organisation` None means that everyone comes from an organisation.
    """
    employee = Tier.objects.create(
        conference=conference,
        key="ansatt",
        name_nb="Ansatt",
        name_nn="Tilsett",
        name_da="Medarbejder",
        name_en="Employee",
        audience_nb="For deg som kommer i kraft av jobben din",
        audience_nn="For deg som kjem i kraft av jobben din",
        audience_da="For dig, der kommer i kraft af dit arbejde",
        audience_en="For you who come as part of your work",
        price=500,
        position=0,
    )
    Tier.objects.create(
        conference=conference,
        key="friplass",
        name_nb="Friplass",
        name_nn="Friplass",
        name_da="Friplads",
        name_en="Free place",
        audience_nb="For pasienter, pårørende, innbyggere og brukere",
        audience_nn="For pasientar, pårørande, innbyggjarar og brukarar",
        audience_da="For patienter, pårørende, borgere og brugere",
        audience_en="For patients, relatives, citizens and service users",
        price=0,
        limit_per_organisation=5,
        organisation_required=free_without_organisation is None,
        no_organisation_capacity=free_without_organisation,
        beyond_limit=Tier.BeyondLimit.OTHER_TIER,
        overflow_tier=employee,
        position=1,
    )
