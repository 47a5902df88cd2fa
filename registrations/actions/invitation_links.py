"""The secret link to a kind of place that only those invited see."""

from django.db import transaction
from django.utils.translation import gettext as _

from conferences.actions import lock, touch
from network.models import User
from recovery_network import keys
from recovery_network.audit.actions import record
from registrations.errors import RegistrationError
from registrations.models import Tier


@transaction.atomic
def replace_link(*, tier: Tier, by: User) -> Tier:
    """Make a new link; the one before stops at once, and those who came by it keep their places.

    Raises RegistrationError: wrong_state where everyone sees the kind of place.
    """
    conference = lock(tier.conference_id)
    tier = Tier.objects.get(pk=tier.pk)
    if not tier.invitation_only:
        raise RegistrationError(_("Everyone may choose this kind of place."), code="wrong_state")
    tier.invitation_key = keys.secret_key()
    tier.save(update_fields=["invitation_key"])
    touch(conference)
    record(
        action="tier.link_replaced",
        by=by,
        object=tier,
        conference_id=conference.pk,
        tier=tier.key,
    )
    return tier
