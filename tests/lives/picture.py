"""All rows of the gathering at one moment, read once after each step."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from django.utils import timezone

from conferences.models import Conference
from programme.models import Session
from recovery_network.mail.models import Mail
from registrations import mails, party_mails
from registrations.line import InLine
from registrations.models import LimitOverride, Registration, SessionSeat, Tier

State = Registration.State


@dataclass(frozen=True)
class Picture:
    conference: Conference
    tiers: dict[int, Tier]
    raised: dict[tuple[int, int | None], int]
    people: dict[int, Registration]
    sessions: dict[int, Session]
    seats: list[SessionSeat]
    mails: dict[int, Mail]
    at: datetime

    @classmethod
    def taken(cls, conference: int) -> "Picture":
        people = {
            each.pk: each
            for each in Registration.objects.select_related("booking__organisation").order_by("pk")
        }
        tiers = Tier.objects.in_bulk()
        sessions = {
            each.pk: each
            for each in Session.objects.filter(block__isnull=False)
            .select_related("block")
            .order_by("pk")
        }
        known = Conference.objects.get(pk=conference)
        for each in people.values():
            each.tier, each.conference = tiers[each.tier_id], known
            if each.companion_of_id:
                each.companion_of = people[each.companion_of_id]
        seats = list(SessionSeat.objects.order_by("pk"))
        for seat in seats:
            seat.session = sessions[seat.session_id]
            seat.registration = people[seat.registration_id]
        return cls(
            conference=known,
            tiers=tiers,
            raised={
                (each.tier_id, each.organisation_id): each.limit
                for each in LimitOverride.objects.all()
            },
            people=people,
            sessions=sessions,
            seats=seats,
            mails={each.pk: each for each in Mail.objects.defer("html").order_by("pk")},
            at=timezone.now(),
        )

    @property
    def has_begun(self) -> bool:
        return self.conference.starts_at <= self.at

    @cached_property
    def holding(self) -> list[Registration]:
        return [each for each in self.people.values() if each.state in Registration.HOLDING]

    @cached_property
    def line(self) -> list[list[InLine]]:
        """Those who wait, in the order of the rule; those who are served together stand together."""
        units: dict[object, list[InLine]] = {}
        waiting = [each for each in self.people.values() if each.state == State.WAITING]
        for each in sorted(waiting, key=turn):
            booking = each.booking
            assert each.waiting_since is not None
            one = InLine(
                each.pk,
                booking.pk,
                booking.together,
                each.waiting_since,
                each.tier_id,
                booking.organisation_id,
                each.companion_of_id,
            )
            units.setdefault(one.unit, []).append(one)
        return list(units.values())

    @cached_property
    def held_seats(self) -> dict[int, list[SessionSeat]]:
        """By the person who has them."""
        found: dict[int, list[SessionSeat]] = defaultdict(list)
        for seat in self.seats:
            if seat.is_held:
                found[seat.registration_id].append(seat)
        return found

    def limit_of(self, tier: Tier, owner: int | None) -> int | None:
        """How many places of a kind one organisation may have, or those without one together."""
        if owner is None:
            return tier.no_organisation_capacity
        if tier.limit_per_organisation is None:
            return None
        return max(tier.limit_per_organisation, self.raised.get((tier.pk, owner), 0))

    def mails_about(self, person: Registration) -> list[Mail]:
        return [each for each in self.mails.values() if each.about == mails.about(person)]

    def mails_about_party(self, person: Registration) -> list[Mail]:
        about = party_mails.about(person.booking)
        return [each for each in self.mails.values() if each.about == about]


def turn(each: Registration) -> tuple[object, ...]:
    """Whom an organiser put first, then first come first."""
    return (
        each.ahead_since is None,
        each.ahead_since or each.waiting_since,
        each.waiting_since,
        each.pk,
    )


def owner(each: Registration) -> int | None:
    return each.booking.organisation_id
