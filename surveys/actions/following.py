"""Two members became one: who is asked, and who has answered, follows to the address that stays.

Answers without a name follow nobody: nothing tells whose they are, here as little as anywhere.
"""

from collections import Counter
from collections.abc import Mapping

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import ngettext

from membership.actions.merging import OnePerson
from network.models import User
from surveys import mails
from surveys.actions.inviting import hashes_of
from surveys.models import Draft, Invitation, OptOut, Response, Signature, Survey


def foresee(person: OnePerson) -> list[str]:
    told = []
    found = invitations_of(person).count()
    if found:
        said = ngettext(
            "%(n)d survey that the person is asked in follows, with whether they have answered.",
            "%(n)d surveys that the person is asked in follow, with whether they have answered.",
            found,
        )
        told.append(said % {"n": found})
    twice = signed_twice(person).count()
    if twice:
        said = ngettext(
            "In %(n)d survey with name they have answered twice. The answer of the address that stays is "
            "kept, the other is deleted.",
            "In %(n)d surveys with name they have answered twice. The answers of the address that stays are "
            "kept, the others are deleted.",
            twice,
        )
        told.append(said % {"n": twice})
    return told


def follow(person: OnePerson) -> Mapping[str, int]:
    """Nobody is asked twice, and who has answered under one address has answered."""
    concerned = list(invitations_of(person).values_list("survey", flat=True))
    surveys = Survey.objects.select_for_update(no_key=True).filter(pk__in=concerned)
    # Held as whoever adds people to the list holds them, in one order.
    list(surveys.order_by("pk").values_list("pk"))
    account = User.objects.filter(email__iexact=person.new).first()
    moved: Counter[str] = Counter()
    for each in invitations_of(person).select_for_update(of=("self",), no_key=True):
        theirs = Invitation.objects.select_for_update(no_key=True).filter(survey=each.survey_id)
        known = theirs.filter(email__iexact=person.new).first()
        if known is None:
            each.email, each.user = person.new, account
            each.save(update_fields=["email", "user"])
            moved["invitations"] += 1
        else:
            moved["answers_deleted"] += become_one(each, known)
            moved["invitations_merged"] += 1
    refuse_for(person)
    return moved


def become_one(gone: Invitation, stays: Invitation) -> int:
    """One link for one person, used up if either was; returns how many answers with a name were one too many."""
    deleted = 0
    mails.withdraw(gone)
    if gone.answered and stays.answered:
        twice = Response.objects.filter(signature__invitation=gone)
        deleted = twice.count()
        twice.delete()
    elif gone.answered:
        Signature.objects.filter(invitation=gone).update(invitation=stays)
        Draft.objects.filter(invitation=stays).delete()
        mails.withdraw(stays)
    elif not stays.answered and not Draft.objects.filter(invitation=stays).exists():
        Draft.objects.filter(invitation=gone).update(invitation=stays)
    stays.answered = stays.answered or gone.answered
    stays.reminded = stays.reminded or gone.reminded
    stays.save(update_fields=["answered", "reminded"])
    gone.delete()
    return deleted


def refuse_for(person: OnePerson) -> None:
    """Who has said no to surveys under one address has said no; neither page nor log tells."""
    said = [code for email in person.old for code in hashes_of(email)]
    if OptOut.objects.filter(address_hash__in=said).exists():
        OptOut.objects.get_or_create(address_hash=hashes_of(person.new)[0])
        mails.withdraw(*Invitation.objects.filter(email__iexact=person.new))


def invitations_of(person: OnePerson) -> QuerySet[Invitation]:
    found = Invitation.objects.filter(person.leaves("email")).select_related("survey")
    return found.order_by("survey_id", "pk")


def signed_twice(person: OnePerson) -> QuerySet[Invitation]:
    """Those under the addresses that go which are signed, where another of the person's is signed too."""
    others = Signature.objects.filter(
        Q(invitation__email__iexact=person.new)
        | (person.leaves("invitation__email") & Q(invitation__pk__lt=OuterRef("pk"))),
        invitation__survey=OuterRef("survey"),
    )
    return invitations_of(person).filter(Exists(others), signature__isnull=False)
