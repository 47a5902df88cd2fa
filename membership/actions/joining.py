"""Joining: asking, confirming the address, and what a member changes later."""

from collections.abc import Collection
from dataclasses import dataclass

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from membership import consents, mails, wishes
from membership.errors import MembershipError
from membership.models import ConsentRecord, JoiningRules, JoinRequest, Membership
from network.actions import find_or_add_organisation
from network.models import Topic
from recovery_network.audit.actions import record

Kind = Membership.Kind
Purpose = ConsentRecord.Purpose


@dataclass(frozen=True)
class Application:
    """What the form said, checked; `email` in lower case."""

    kind: str
    name: str
    email: str
    language: str
    interests: Collection[Topic] = ()
    named: bool = False
    organisation_name: str = ""
    organisation_kind: str = ""
    organisation_number: str = ""


@transaction.atomic
def ask_to_join(application: Application) -> None:
    """Sends a link to the address: to confirm, or for a member to their own page.

    The work is the same for both, so that neither words nor clock tell who is a member (ADR 2).
    """
    purposes = [Purpose.MEMBERSHIP, *([Purpose.NAMED] if application.named else [])]
    has_enough = wishes.has_mails_enough(JoinRequest.objects.all(), application.email)
    member = (
        Membership.objects.filter(email=application.email, kind=application.kind)
        .select_related("organisation")
        .first()
    )
    request = JoinRequest.objects.create(
        kind=application.kind,
        name=application.name,
        email=application.email,
        language=application.language,
        organisation_name=application.organisation_name,
        organisation_kind=application.organisation_kind,
        organisation_number=application.organisation_number,
        agreed_to=consents.as_agreed(purposes, application.language),
    )
    request.interests.set(application.interests)
    if has_enough:
        return
    if member is None:
        mails.confirm(request)
    else:
        mails.known(request, member)


def open_request(key: str) -> JoinRequest | None:
    return wishes.still_open(JoinRequest.objects.all(), key)


@transaction.atomic
def confirm_joining(*, request: JoinRequest) -> Membership:
    """The membership that comes of a wish. Raises MembershipError where the link was used meanwhile."""
    held = JoinRequest.objects.select_for_update(no_key=True).filter(pk=request.pk).first()
    if held is None:
        raise MembershipError(_("This link has been used."))
    membership, added = find_or_make(held)
    if added:
        membership.interests.set(held.interests.all())
        consents.keep(
            held.agreed_to,
            email=membership.email,
            about=mails.about(membership),
            language=held.language,
            agreed_at=held.asked_at,
        )
        record(action="membership.joined", by=None, object=membership)
        mails.joined(membership)
    held.delete()
    return membership


def find_or_make(request: JoinRequest) -> tuple[Membership, bool]:
    """The address's membership of this kind, and whether it is new."""
    existing = Membership.objects.filter(email=request.email, kind=request.kind)
    found = existing.first()
    if found is not None:
        return found, False
    organisation = (
        find_or_add_organisation(name=request.organisation_name, number=request.organisation_number)
        if request.organisation_name
        else None
    )
    now = timezone.now()
    waits = JoiningRules.current().wants_look(request.kind)
    try:
        with transaction.atomic():
            made = Membership.objects.create(
                kind=request.kind,
                name=request.name,
                email=request.email,
                organisation=organisation,
                organisation_kind=request.organisation_kind,
                language=request.language,
                is_named=any(each["purpose"] == Purpose.NAMED for each in request.agreed_to),
                joined_at=now,
                admitted_at=None if waits else now,
            )
    except IntegrityError:
        # Another link of the same address was pressed at the same moment.
        return existing.get(), False
    return made, True


@dataclass(frozen=True)
class Changes:
    """What members may change about themselves."""

    name: str
    language: str
    interests: Collection[Topic]
    named: bool = False


@transaction.atomic
def change_membership(*, membership: Membership, changes: Changes) -> Membership:
    """Consent to be named is entered in the register, or taken back there."""
    held = Membership.objects.select_for_update(no_key=True).filter(pk=membership.pk).first()
    if held is None:
        raise MembershipError(_("This membership has ended."))
    about = mails.about(held)
    named = changes.named and held.kind == Kind.PERSON
    if named and not held.is_named:
        consents.keep(
            consents.as_agreed([Purpose.NAMED], changes.language),
            email=held.email,
            about=about,
            language=changes.language,
            agreed_at=timezone.now(),
        )
    elif held.is_named and not named:
        consents.withdraw(about=about, purposes=[Purpose.NAMED])
    held.name, held.language, held.is_named = changes.name, changes.language, named
    held.save(update_fields=["name", "language", "is_named"])
    held.interests.set(changes.interests)
    record(action="membership.corrected", by=None, object=held)
    return held
