"""Raising the limit of one organisation, and taking that back."""

from django.db import transaction
from django.utils.translation import gettext as _

from conferences.actions import lock
from network.actions import hold_organisation
from network.models import Organisation, User
from recovery_network.audit.actions import record
from registrations.actions.places import fill
from registrations.errors import RegistrationError
from registrations.models import LimitOverride, Tier


@transaction.atomic
def raise_limit(
    *, tier: Tier, organisation: Organisation, limit: int, reason: str, by: User
) -> LimitOverride:
    """Let one organisation have up to `limit` places of a kind; those who wait get them at once.

    The same again replaces number and reason. Raises RegistrationError: no_limit where the kind has none,
    not_raised where `limit` is not above it, reason_missing.
    """
    conference = lock(tier.conference_id)
    tier = Tier.objects.get(pk=tier.pk)
    check_raised(tier, limit, reason)
    organisation = hold_organisation(organisation.pk)
    override, _created = LimitOverride.objects.update_or_create(
        tier=tier,
        organisation=organisation,
        defaults={"limit": limit, "reason": reason.strip(), "made_by": by},
    )
    record(
        action="limit.raised",
        by=by,
        object=organisation,
        conference_id=conference.pk,
        reason=reason,
        tier=tier.key,
        limit=limit,
    )
    fill(conference)
    return override


@transaction.atomic
def restore_limit(*, override: LimitOverride, by: User) -> None:
    """Let the common limit hold again. Nobody loses a place; nobody new gets one beyond it."""
    conference = lock(override.tier.conference_id)
    if not LimitOverride.objects.filter(pk=override.pk).delete()[0]:
        return
    record(
        action="limit.restored",
        by=by,
        object=override.organisation,
        conference_id=conference.pk,
        tier=override.tier.key,
    )


def check_raised(tier: Tier, limit: int, reason: str) -> None:
    if tier.limit_per_organisation is None:
        raise RegistrationError(
            _("This kind of place has no limit per organisation."), code="no_limit", field="limit"
        )
    if limit <= tier.limit_per_organisation:
        raise RegistrationError(
            _("The limit is %(limit)d already. Write a higher number.")
            % {"limit": tier.limit_per_organisation},
            code="not_raised",
            field="limit",
        )
    if not reason.strip():
        raise RegistrationError(_("Write a reason."), code="reason_missing", field="reason")
