"""Two members became one: what came to the addresses that go comes to the one that stays, once."""

from collections.abc import Mapping

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from membership.actions.merging import OnePerson
from membership.models import ConsentRecord
from newsletter import letters
from newsletter.actions.subscribing import unsubscribe
from newsletter.models import Subscription, Suppression


def foresee(person: OnePerson) -> list[str]:
    found = subscriptions_of(person).exists()
    return [_("The newsletter comes to the address that stays, once.")] if found else []


def follow(person: OnePerson) -> Mapping[str, int]:
    """Whoever called it unwanted doesn't get it elsewhere."""
    moved = 0
    for each in subscriptions_of(person).select_for_update(no_key=True):
        known = Subscription.objects.filter(email__iexact=person.new).exists()
        if known or was_unwanted(each.email):
            unsubscribe(subscription=each, by=person.by)
            continue
        each.email = person.new
        each.save(update_fields=["email"])
        given = ConsentRecord.objects.filter(about=letters.about(each.pk), withdrawn_at=None)
        given.update(email=each.email)
        moved += 1
    return {"subscriptions": moved}


def subscriptions_of(person: OnePerson) -> QuerySet[Subscription]:
    return Subscription.objects.filter(person.leaves("email")).order_by("pk")


def was_unwanted(email: str) -> bool:
    stopped = Suppression.objects.in_force().filter(email__iexact=email)
    return stopped.filter(reason=Suppression.Reason.COMPLAINT).exists()
