"""Rows with sensible values; a test names only what it is about."""

import itertools
import uuid
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from django.contrib.auth.models import Group
from django.utils import timezone

from conferences.models import Conference, Venue
from network.models import Organisation, User
from programme.models import Contribution, Session, Speaker
from registrations.actions.registering import Application, register
from registrations.models import Booking, Registration, Submission, Tier

numbers = itertools.count(1)


def make_user(email: str = "", *, role: str = "", **fields: Any) -> User:
    """An account; with a role it is staff in that group."""
    email = email or f"person{next(numbers)}@example.no"
    user = User.objects.create_user(email, **{"is_staff": bool(role), **fields})
    if role:
        user.groups.add(Group.objects.get(name=role))
    return user


def make_organisation(name: str = "", **fields: Any) -> Organisation:
    return Organisation.objects.create(name=name or f"Organisasjon {next(numbers)}", **fields)


def make_venue(**fields: Any) -> Venue:
    values = {"name": "Fjordsalen", "street": "Strandgata 1", "postcode": "4300", "city": "Sandnes"}
    return Venue.objects.create(**{**values, **fields})


def make_conference(**fields: Any) -> Conference:
    """Published, open for registration, in sixty days; no limit on places."""
    now = timezone.now()
    starts_at: datetime = fields.pop("starts_at", now + timedelta(days=60))
    values: dict[str, Any] = {
        "slug": f"samling-{next(numbers)}",
        "title": "Sosial recovery-konferansen",
        "summary": "En dag om det som hjelper.",
        "starts_at": starts_at,
        "ends_at": starts_at + timedelta(hours=7),
        "published_at": now - timedelta(days=90),
        "registration_opens_at": now - timedelta(days=30),
        "contact_name": "Kari Kontakt",
        "contact_email": "kontakt@example.no",
    }
    if "venue" not in fields:
        fields["venue"] = make_venue()
    return Conference.objects.create(**{**values, **fields})


def make_tier(conference: Conference, key: str = "ansatt", **fields: Any) -> Tier:
    values = {"name": key.capitalize(), "price": Decimal(500)}
    return Tier.objects.create(conference=conference, key=key, **{**values, **fields})


def make_free_tier(conference: Conference, **fields: Any) -> Tier:
    """Five places per organisation that cost nothing, as the 2024 conference had them."""
    values: dict[str, Any] = {"price": Decimal(0), "limit_per_organisation": 5, "position": 1}
    return make_tier(conference, "friplass", **{**values, **fields})


def make_session(conference: Conference, key: str = "", **fields: Any) -> Session:
    values = {"title": "Et foredrag", "starts_at": conference.starts_at}
    return Session.objects.create(
        conference=conference, key=key or f"okt-{next(numbers)}", **{**values, **fields}
    )


def make_contribution(session: Session, name: str = "Kari Innleder", **fields: Any) -> Contribution:
    speaker = Speaker.objects.create(name=name)
    return Contribution.objects.create(session=session, speaker=speaker, **fields)


def make_application(tier: Tier | str, **fields: Any) -> Application:
    number = next(numbers)
    values: dict[str, Any] = {
        "submission": uuid.uuid4(),
        "tier": tier if isinstance(tier, str) else tier.key,
        "name": f"Deltaker {number}",
        "email": f"deltaker{number}@example.no",
    }
    return Application(**{**values, **fields})


def apply(tier: Tier, **fields: Any) -> Submission:
    """Register through the real verb, as the website does; with an organisation of its own unless told."""
    if "organisation" not in fields:
        fields["organisation"] = make_organisation()
    return register(conference=tier.conference, application=make_application(tier, **fields))


def make_registration(tier: Tier, **fields: Any) -> Registration:
    """A registration made by the real verb; `state` follows from what places there are."""
    submission = apply(tier, **fields)
    found: Registration = Registration.objects.select_related(
        "conference__venue", "tier", "booking__organisation"
    ).get(conference=tier.conference, email=submission.email, name=submission.name)
    return found


def make_booking_row(
    tier: Tier, organisation: Organisation | None = None, **fields: Any
) -> Registration:
    """A row as such, past all checks: for tests of the database's own constraints."""
    booking = Booking.objects.create(
        conference=tier.conference,
        contact_name="Rad",
        contact_email="rad@example.no",
        organisation=organisation,
    )
    values: dict[str, Any] = {
        "name": f"Rad {next(numbers)}",
        "state": Registration.State.CONFIRMED,
        "confirmed_at": timezone.now(),
    }
    return Registration.objects.create(
        booking=booking, conference=tier.conference, tier=tier, **{**values, **fields}
    )
