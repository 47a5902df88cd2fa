from dataclasses import dataclass

from django.db import transaction

from conferences.actions import lock, touch
from conferences.models import ConferenceOrganiser
from membership.models import Membership
from network.actions import merge_organisation_names
from network.models import Organisation, User
from registrations.actions.places import fill
from registrations.models import Booking, LimitOverride, Tier


@dataclass(frozen=True)
class Exceeded:
    """A tier in which the merged organisation now holds `over` places more than its limit."""

    tier: Tier
    over: int


@transaction.atomic
def merge_organisations(*, source: Organisation, target: Organisation, by: User) -> list[Exceeded]:
    """Make two records of one organisation one: bookings move, names remain, the limit is recounted.

    Nobody loses a place: where the limit is exceeded now, the organiser is told, and nobody new gets
    one. Raises NetworkError where the two can't be merged.
    """
    # Sorted, so that two merges at once wait for each other instead of blocking each other.
    both = Booking.objects.filter(organisation__in=[source, target])
    raised = LimitOverride.objects.filter(organisation__in=[source, target])
    concerned = {
        *both.values_list("conference_id", flat=True),
        *raised.values_list("tier__conference_id", flat=True),
    }
    held = [lock(pk) for pk in sorted(concerned)]
    merge_organisation_names(source=source, target=target, by=by)
    Booking.objects.filter(organisation=source).update(organisation=target)
    Membership.objects.filter(organisation=source).update(organisation=target)
    move_organiser_rows(source, target)
    move_raised_limits(source, target)
    exceeded = []
    for conference in held:
        ledger = fill(conference)
        for tier in conference.tiers.exclude(limit_per_organisation=None):
            over = ledger.taken_by(tier, target.pk) - (ledger.own_limit(tier, target.pk) or 0)
            if over > 0:
                exceeded.append(Exceeded(tier, over))
    return exceeded


def move_organiser_rows(source: Organisation, target: Organisation) -> None:
    for row in source.organiser_rows.select_related("conference"):
        if ConferenceOrganiser.objects.filter(
            conference=row.conference, organisation=target
        ).exists():
            row.delete()
        else:
            row.organisation = target
            row.save(update_fields=["organisation"])
        touch(row.conference)


def move_raised_limits(source: Organisation, target: Organisation) -> None:
    """Of two limits that were raised for one kind of place, the higher one holds, with its reason."""
    for override in LimitOverride.objects.filter(organisation=source):
        known = LimitOverride.objects.filter(organisation=target, tier=override.tier_id).first()
        if known is None:
            override.organisation = target
            override.save(update_fields=["organisation"])
            continue
        if override.limit > known.limit:
            known.limit, known.reason = override.limit, override.reason
            known.made_by_id = override.made_by_id
            known.save(update_fields=["limit", "reason", "made_by"])
        override.delete()
