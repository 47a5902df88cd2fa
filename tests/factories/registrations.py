import dataclasses
import uuid
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django.utils import timezone

from conferences.models import Conference
from network.models import Organisation
from programme.models import ChoiceBlock
from registrations.actions.applying import Application, Choice, PersonApplication
from registrations.actions.registering import register
from registrations.models import Booking, Registration, Submission, Tier
from tests.factories.counting import numbers
from tests.factories.network import make_organisation, make_user


def make_tier(conference: Conference, key: str = "ansatt", **fields: Any) -> Tier:
    values = {"name": key.capitalize(), "price": Decimal(500)}
    return Tier.objects.create(conference=conference, key=key, **{**values, **fields})


def make_free_tier(conference: Conference, **fields: Any) -> Tier:
    """Five places per organisation that cost nothing, as the 2024 conference had them."""
    values: dict[str, Any] = {"price": Decimal(0), "limit_per_organisation": 5, "position": 1}
    return make_tier(conference, "friplass", **{**values, **fields})


def make_choice(block: str, session: str, **fields: Any) -> Choice:
    return Choice(block, session, **fields)


def make_person(tier: Tier | str, **fields: Any) -> PersonApplication:
    """With an address of their own, unless told."""
    number = next(numbers)
    values: dict[str, Any] = {
        "tier": tier if isinstance(tier, str) else tier.key,
        "name": f"Deltaker {number}",
        "email": f"deltaker{number}@example.no",
    }
    return PersonApplication(**{**values, **fields})


def make_application(tier: Tier | str, **fields: Any) -> Application:
    """One person who registers themselves."""
    own = {each.name for each in dataclasses.fields(PersonApplication)}
    person = make_person(tier, **{name: fields.pop(name) for name in own & set(fields)})
    return make_party([person], contact_name=person.name, contact_email=person.email, **fields)


def make_party(people: Sequence[PersonApplication], **fields: Any) -> Application:
    """Sent in by a coordinator who doesn't come, unless told."""
    number = next(numbers)
    values: dict[str, Any] = {
        "submission": uuid.uuid4(),
        "contact_name": f"Koordinator {number}",
        "contact_email": f"koordinator{number}@example.no",
        "people": tuple(people),
    }
    return Application(**{**values, **fields})


def apply(tier: Tier, **fields: Any) -> Submission:
    """Register through the real verb, as the website does; with an organisation of its own unless told.

    Where everyone must choose a workshop and the test names none, an organiser registers them: they may.
    """
    if "organisation" not in fields:
        fields["organisation"] = make_organisation()
    must = tier.conference.blocks.filter(rule=ChoiceBlock.Rule.MUST)
    by = make_user(role="organiser") if "workshops" not in fields and must.exists() else None
    application = make_application(tier, **fields)
    return register(conference=tier.conference, application=application, by=by)


def make_booking(
    conference: Conference, people: Sequence[PersonApplication], **fields: Any
) -> Booking:
    """A party registered by the real verb, from an organisation of its own unless told."""
    if "organisation" not in fields:
        fields["organisation"] = make_organisation()
    application = make_party(people, **fields)
    register(conference=conference, application=application)
    return Booking.objects.get(conference=conference, contact_email=application.contact_email)


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
