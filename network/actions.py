from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.db import IntegrityError, transaction
from django.db.models import Exists, OuterRef
from django.utils.translation import gettext as _

from network import searching
from network.errors import NetworkError
from network.models import Organisation, OrganisationAlias, Resource, User
from network.queries import organisation_named
from network.validators import country_of_number
from recovery_network.audit.actions import record
from recovery_network.search.actions import refresh


@transaction.atomic
def find_or_add_organisation(
    *, name: str, number: str = "", by: User | None = None
) -> Organisation:
    """The organisation called `name` or with `number` (checked digits), added where nobody knows it yet."""
    known = (organisation_named(number) if number else None) or organisation_named(name)
    if known is not None:
        return known
    country = country_of_number(number) if number else Organisation.Country.NORWAY
    try:
        with transaction.atomic():
            added = Organisation.objects.create(name=name, number=number, country=country)
    except IntegrityError:
        # Somebody else added it between the look and the write.
        known = organisation_named(name)
        if known is None:
            raise
        return known
    record(action="organisation.added", by=by, object=added)
    return added


def hold_organisation(pk: int) -> Organisation:
    """The organisation, or the one it was merged into, kept from being merged until the transaction ends.

    Must be called inside a transaction.
    """
    held = Organisation.objects.select_for_update(no_key=True).only("name", "merged_into")
    organisation = held.get(pk=pk)
    while organisation.merged_into_id is not None:
        organisation = held.get(pk=organisation.merged_into_id)
    return organisation


@transaction.atomic
def merge_organisation_names(
    *, source: Organisation, target: Organisation, by: User | None
) -> None:
    """Lets `target` answer to the name, aliases and children of `source`, which becomes a pointer to it.

    What higher apps hang on an organisation is moved by them, in the same transaction. Raises
    NetworkError where the two are the same or one has been merged already.
    """
    held = {
        row.pk: row
        for row in Organisation.objects.select_for_update(no_key=True)
        .filter(pk__in=[source.pk, target.pk])
        .order_by("pk")
    }
    if len(held) < 2:
        raise NetworkError(_("Choose two different organisations."))
    if any(row.merged_into_id for row in held.values()):
        raise NetworkError(_("One of the two has been merged already."))
    source, target = held[source.pk], held[target.pk]
    if target.parent_id == source.pk:
        Organisation.objects.filter(pk=target.pk).update(parent=source.parent_id)
    source.children.exclude(pk=target.pk).update(parent=target)
    source.merged.update(merged_into=target)
    source.merged_into = target
    source.save(update_fields=["merged_into"])
    move_pages(source, target)
    source.aliases.update(organisation=target)
    if source.name_key != target.name_key:
        OrganisationAlias.objects.get_or_create(
            name_key=source.name_key, defaults={"organisation": target, "name": source.name}
        )
    if source.number and not target.number:
        target.number, target.country = source.number, source.country
        target.save(update_fields=["number", "country"])
    refresh(searching.ORGANISATION, [source.pk, target.pk])
    record(action="organisation.merged", by=by, object=target, source=source.pk, target=target.pk)


def move_pages(source: Organisation, target: Organisation) -> None:
    """What the site shows under `source` stands under `target` from now on; its old address leads there."""
    for article in source.articles.all():
        article.organisations.add(target)
        article.organisations.remove(source)
    for resource in Resource.objects.filter(made_by=source):
        resource.made_by.add(target)
        resource.made_by.remove(source)
    source.steering_seats.update(organisation=target)
    known = target.hub_members.values_list("hub_id", flat=True)
    source.hub_members.filter(hub__in=list(known)).delete()
    source.hub_members.update(organisation=target)


@transaction.atomic
def remove_second_factors(*, user: User, by: User) -> None:
    """Takes away every key, app and recovery code of an account whose owner has lost them."""
    removed, _rows = Authenticator.objects.filter(user=user).delete()
    record(action="user.second_factor_removed", by=by, object=user, removed=removed)


@transaction.atomic
def account_for(*, email: str, language: str) -> User | None:
    """The account of an address, made where there is none; None where it is closed.

    Whoever asks has proved nothing yet: an account whose address nobody confirms is deleted again.
    """
    email = email.strip().lower()
    user = User.objects.filter(email__iexact=email).first()
    if user is None:
        user = User(email=email, language=language)
        user.set_unusable_password()
        try:
            with transaction.atomic():
                user.save(force_insert=True)
        except IntegrityError:  # somebody else asked at the same moment
            user = User.objects.get(email__iexact=email)
    if not user.is_active:
        return None
    # Without it a code that was read would confirm nothing: organisers make accounts that have none.
    EmailAddress.objects.get_or_create(user=user, email=email, defaults={"primary": True})
    return user


@transaction.atomic
def make_room_for(*, email: str, user: User) -> bool:
    """Whether `user`, who has shown that the address is theirs, may have it for their account.

    An account that came of somebody asking for a code, and that nobody has ever opened, makes way.
    """
    others = User.objects.filter(email__iexact=email).exclude(pk=user.pk)
    confirmed = EmailAddress.objects.filter(user=OuterRef("pk"), verified=True)
    unopened = others.filter(~Exists(confirmed), last_login=None, is_active=True)
    unopened.filter(is_staff=False, is_superuser=False).delete()
    return not others.exists()


@transaction.atomic
def change_language(*, user: User, language: str) -> None:
    """The language that the person is written to in."""
    user.language = language
    user.save(update_fields=["language"])


@transaction.atomic
def end_sign_ins(*, user: User, but: str = "") -> int:
    """Signs the account out everywhere, `but` (a session's key) aside; returns how many that were."""
    others = user.sign_ins.exclude(session_key=but)
    ended = others.count()
    others.delete()
    return ended


@transaction.atomic
def remove_key(*, user: User, number: int) -> bool:
    """Takes one passkey away; whether there was one."""
    keys = Authenticator.objects.filter(user=user, type=Authenticator.Type.WEBAUTHN)
    removed, _rows = keys.filter(pk=number).delete()
    if removed:
        kept = Authenticator.objects.filter(user=user)
        if not kept.exclude(type=Authenticator.Type.RECOVERY_CODES).exists():
            kept.delete()
        record(action="user.passkey_removed", by=user, object=user)
    return bool(removed)
