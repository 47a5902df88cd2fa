"""Two memberships of one become one."""

from collections.abc import Callable

from django.db import transaction
from django.utils.translation import gettext as _

from membership import consents, mails
from membership.errors import MembershipError
from membership.models import Membership
from network.models import User
from recovery_network.audit.actions import record

# What higher apps keep under the address that goes; AppConfig.ready() registers it.
Follow = Callable[[str, str], None]
_followers: list[Follow] = []


def register(follow: Follow) -> None:
    """Lets `follow(old address, new address)` move what an app keeps, in the same transaction."""
    if follow not in _followers:
        _followers.append(follow)


@transaction.atomic
def merge_memberships(*, source: Membership, target: Membership, by: User) -> Membership:
    """Ends `source` and lets `target` go on with the interests of both. Places at gatherings stay with the
    address they were taken with: mails about them go on reaching it.

    Raises MembershipError where one is gone, or they joined in different ways.
    """
    held = {
        row.pk: row
        for row in Membership.objects.select_for_update(no_key=True)
        .filter(pk__in=[source.pk, target.pk])
        .order_by("pk")
    }
    if len(held) < 2:
        raise MembershipError(_("One of the two has ended. Look again."))
    source, target = held[source.pk], held[target.pk]
    if source.kind != target.kind:
        raise MembershipError(_("A person and an organisation can't be one."))
    target.interests.add(*source.interests.all())
    target.joined_at = min(source.joined_at, target.joined_at)
    target.admitted_at = min(filter(None, (source.admitted_at, target.admitted_at)), default=None)
    target.organisation = target.organisation or source.organisation
    target.save(update_fields=["joined_at", "admitted_at", "organisation"])
    for follow in _followers:
        follow(source.email, target.email)
    mails.withdraw(source)
    consents.withdraw(about=mails.about(source))
    record(action="membership.merged", by=by, object=target, source=source.pk)
    source.delete()
    return target
