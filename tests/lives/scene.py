"""Where a life takes place. It is made once, and each life is undone in the database."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import time_machine

from network.models import User
from tests import factories

BEGINNING = datetime(2026, 3, 2, 9, tzinfo=UTC)


@dataclass(frozen=True)
class Scene:
    """A gathering with few places of each kind, and three organisations that want them."""

    conference: int
    organiser: User
    organisations: tuple[int, ...]
    approval: bool


def small_house(*, workshops: bool, approval: bool) -> Scene:
    """Five places: three for employees, two free ones per organisation, and some for those invited."""
    with time_machine.travel(BEGINNING, tick=False):
        conference = factories.make_conference(
            capacity=5,
            offer_hours=24,
            starts_at=BEGINNING + timedelta(days=60),
            unnamed_until=BEGINNING + timedelta(days=2),
            approval_needed=approval,
        )
        factories.make_tier(conference, capacity=3)
        factories.make_free_tier(conference, limit_per_organisation=2)
        factories.make_tier(
            conference,
            "gjest",
            invitation_only=True,
            organisation_required=False,
            no_organisation_capacity=1,
        )
        if workshops:
            three_blocks(conference)
        return Scene(
            conference.pk,
            factories.make_user(role="organiser"),
            tuple(factories.make_organisation().pk for _each in range(3)),
            approval,
        )


def three_blocks(conference: object) -> None:
    """A block that all choose in, one that they may, with a repetition, and one at the time of the first."""
    must = factories.make_block(conference, "en")  # type: ignore[arg-type]
    may = factories.make_block(conference, "to", rule="may")  # type: ignore[arg-type]
    meanwhile = factories.make_block(conference, "tre", rule="may")  # type: ignore[arg-type]
    first = factories.make_workshop(must, capacity=1, published=False)
    factories.make_workshop(must, capacity=2, published=False)
    factories.make_workshop(must, capacity=20, published=False)
    factories.make_workshop(may, hour=3, capacity=1, published=False)
    factories.make_workshop(may, hour=3, capacity=2, repeats=first, published=False)
    factories.make_workshop(meanwhile, capacity=2)
