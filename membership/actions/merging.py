"""Several memberships of one become one, and what is kept under the addresses that go follows."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from membership import consents, doubles, mails
from membership.errors import MembershipError
from membership.models import Membership
from network.models import User
from recovery_network.audit.actions import record
from recovery_network.privacy.person import Person

Kind = Membership.Kind


@dataclass(frozen=True)
class OnePerson:
    """Addresses that turn out to be one person's, in lower case: what is kept under `old` goes to `new`.

    `names` are those the person goes by: families and offices share addresses, and what stands there in another
    name is somebody else's.
    """

    old: tuple[str, ...]
    new: str
    names: tuple[str, ...]
    by: User

    def leaves(self, field: str) -> Q:
        """That an address field holds one of the addresses that go."""
        return Person.of(self.old).owns(field)

    def is_called(self, name: str) -> bool:
        return any(doubles.is_one_name(name, known) for known in self.names)


@dataclass(frozen=True)
class Follower:
    """What a higher app keeps under addresses; AppConfig.ready() registers it.

    `foresee` says in sentences what would move, `follow` moves it in the transaction of the merging and counts it
    for the log. `hold` takes the locks of what is scarce, before anything else is held.
    """

    foresee: Callable[[OnePerson], list[str]]
    follow: Callable[[OnePerson], Mapping[str, int]]
    hold: Callable[[OnePerson], object] | None = None


_followers: list[Follower] = []


def register(follower: Follower) -> None:
    if follower not in _followers:
        _followers.append(follower)


def one_person(sources: Sequence[Membership], target: Membership, by: User) -> OnePerson:
    """Two contacts of one organisation are two people: only what the same person has goes along."""
    same = [
        each
        for each in sources
        if target.kind == Kind.PERSON or doubles.is_one_name(each.name, target.name)
    ]
    return OnePerson(
        old=tuple(sorted({each.email.lower() for each in same})),
        new=target.email.lower(),
        names=tuple(dict.fromkeys([target.name, *(each.name for each in same)])),
        by=by,
    )


def foresee(*, sources: Sequence[Membership], target: Membership, by: User) -> list[str]:
    """What merging would do, in sentences."""
    ends = ngettext(
        "%(n)d membership ends. Its interests and the earliest date go to the one that stays.",
        "%(n)d memberships end. Their interests and the earliest date go to the one that stays.",
        len(sources),
    )
    person = one_person(sources, target, by)
    told = [ends % {"n": len(sources)}]
    if person.old:
        told += [sentence for each in _followers for sentence in each.foresee(person)]
    return told


@transaction.atomic
def merge_memberships(*, sources: Sequence[Membership], target: Membership, by: User) -> Membership:
    """Ends `sources` and lets `target` go on with the interests of all, and with what else was the person's.

    The addresses that go are told, without the one that stays: if they weren't one person, somebody says so.
    Raises MembershipError where one is gone, or they joined in different ways.
    """
    person = one_person(sources, target, by)
    for follower in _followers:
        if person.old and follower.hold:
            follower.hold(person)
    wanted = [target.pk, *(each.pk for each in sources)]
    rows = Membership.objects.select_for_update(no_key=True).filter(pk__in=wanted).order_by("pk")
    held = {row.pk: row for row in rows}
    if len(held) < len(set(wanted)) or len(held) < 2:
        raise MembershipError(_("One of them has ended. Look again."))
    target = held.pop(target.pk)
    if {each.kind for each in held.values()} != {target.kind}:
        raise MembershipError(_("A person and an organisation can't be one."))
    for source in held.values():
        take_over(target, source)
    target.save(update_fields=["joined_at", "admitted_at", "organisation"])
    moved: dict[str, int] = {}
    for follower in _followers if person.old else ():
        moved.update(follower.follow(person))
    for source in held.values():
        mails.withdraw(source)
        mails.merged(source)
        consents.withdraw(about=mails.about(source))
        source.delete()
    record(action="membership.merged", by=by, object=target, sources=sorted(held), moved=moved)
    return target


def take_over(target: Membership, source: Membership) -> None:
    target.interests.add(*source.interests.all())
    target.joined_at = min(source.joined_at, target.joined_at)
    target.admitted_at = min(filter(None, (source.admitted_at, target.admitted_at)), default=None)
    target.organisation = target.organisation or source.organisation
