"""Reads that several callers share: who the members are."""

from collections.abc import Iterable

from allauth.account.models import EmailAddress
from django.contrib.auth.models import AnonymousUser
from django.db.models import QuerySet

from membership.models import Membership
from membership.models.membership import MembershipQuerySet
from network.models import Organisation, User


def members_to_write_to() -> QuerySet[Membership]:
    """Every active membership in the order of joining. An address may stand there as a person and for an
    organisation: whoever writes does so once."""
    return Membership.objects.active().order_by("pk")


def memberships_of(emails: Iterable[str]) -> MembershipQuerySet:
    """What belongs to confirmed addresses, in any case of letters."""
    wanted = [email.strip().lower() for email in emails]
    return Membership.objects.filter(email__in=wanted).select_related("organisation")


def is_member(user: User | AnonymousUser) -> bool:
    """Whether one of the addresses that the account has confirmed is a member's."""
    confirmed = EmailAddress.objects.filter(user=user.pk, verified=True)
    emails = confirmed.values_list("email", flat=True)
    return bool(emails) and memberships_of(emails).active().exists()


def named_members() -> list[str]:
    """The names of those who agreed to it, in alphabetical order."""
    return list(Membership.objects.named().order_by("name", "pk").values_list("name", flat=True))


def member_organisations() -> list[Organisation]:
    """Organisations that are members and that organisers have put into the directory."""
    listed = Organisation.objects.in_directory()
    return list(
        listed.filter(memberships__admitted_at__isnull=False, memberships__kind="organisation")
        .distinct()
        .order_by("name")
    )
