"""Leaving, and what organisers decide about who joins."""

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from membership import consents, mails
from membership.errors import MembershipError
from membership.models import Membership
from network.models import Organisation, User
from recovery_network.audit.actions import record


@transaction.atomic
def leave(*, membership: Membership, by: User | None = None) -> None:
    """Ends a membership: the row goes, the register notes that the consents were taken back.

    Raises MembershipError where it has ended already.
    """
    end(held(membership), by=by, declined=False)


@transaction.atomic
def admit(*, membership: Membership, by: User) -> Membership:
    """Makes someone who waits a member. Raises MembershipError where they are one, or have left."""
    membership = held(membership)
    if membership.admitted_at is not None:
        raise MembershipError(_("Is a member already."))
    membership.admitted_at = timezone.now()
    membership.save(update_fields=["admitted_at"])
    file_organisation(membership)
    record(action="membership.admitted", by=by, object=membership)
    mails.admitted(membership)
    return membership


@transaction.atomic
def decline(*, membership: Membership, by: User) -> None:
    """Says no to someone who waits, and deletes what they wrote. Raises MembershipError for a member."""
    membership = held(membership)
    if membership.admitted_at is not None:
        raise MembershipError(_("Is a member already. Members leave, or you end the membership."))
    end(membership, by=by, declined=True)


def end(membership: Membership, *, by: User | None, declined: bool) -> None:
    mails.withdraw(membership)
    consents.withdraw(about=mails.about(membership))
    record(
        action="membership.declined" if declined else "membership.ended", by=by, object=membership
    )
    mails.ended(membership, declined=declined)
    membership.delete()


def held(membership: Membership) -> Membership:
    rows = Membership.objects.select_for_update(of=("self",), no_key=True)
    found = rows.select_related("organisation").filter(pk=membership.pk).first()
    if found is None:
        raise MembershipError(_("This membership has ended."))
    return found


def file_organisation(membership: Membership) -> None:
    """An organiser has looked at it, so what they said of its kind holds where nobody has filed it yet."""
    organisation = membership.organisation
    if (
        organisation is not None
        and membership.organisation_kind
        and organisation.kind == Organisation.Kind.OTHER
    ):
        organisation.kind = membership.organisation_kind
        organisation.save(update_fields=["kind"])
