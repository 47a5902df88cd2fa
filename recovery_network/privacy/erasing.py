"""Erasing a person: what it means is told first, and then it is done in one transaction."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.apps import apps
from django.contrib.auth import get_user_model
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from recovery_network.audit.actions import record
from recovery_network.i18n import money
from recovery_network.privacy import mails, registry
from recovery_network.privacy.fields import Consequence, Road
from recovery_network.privacy.person import Person


class ErasingError(Exception):
    """Why it can't be done; its text is a sentence for people."""


@dataclass(frozen=True)
class Prospect:
    """What erasing would do: sentences, what they cost together, and what stays with the reasons."""

    consequences: list[Consequence]
    stays: list[str]

    @property
    def cost(self) -> Decimal:
        return sum((each.cost for each in self.consequences), Decimal(0))


def foresee(person: Person, now: datetime) -> Prospect:
    found = registry.declarations()
    told = [each.foresee(person, now) for each in found if each.foresee]
    stays = [
        str(road.why)
        for each in found
        for road in each.roads
        if road.keeps and rows(road, person).exists()
    ]
    return Prospect([each for sentences in told for each in sentences], list(dict.fromkeys(stays)))


@transaction.atomic
def erase(*, person: Person, agreed: Decimal, language: str) -> None:
    """Delete everything that leads to a person, but for what a road keeps and says why.

    Places are given up under the locks of their gatherings; `agreed` is the sum in kr they were shown. A receipt
    is mailed, and blanked as soon as it has gone. Raises ErasingError for staff, and where it has become dearer.
    """
    if is_staff(person):
        raise ErasingError(
            _("This account works in the administration. Someone there must take that right first.")
        )
    now = timezone.now()
    # The highest apps first: what they have hangs on what the lower ones have.
    order = list(reversed(registry.declarations()))
    cost = sum((each.release(person, now) for each in order if each.release), Decimal(0))
    if cost > agreed:
        raise ErasingError(
            _("It has become dearer since you opened the page: it costs %(cost)s now.")
            % {"cost": money(cost)}
        )
    removed = {
        road.model: count
        for each in order
        for road in each.roads
        if (count := erase_rows(road, person))
    }
    record(action="privacy.erased", by=None, object=None, removed=removed)
    for email in sorted(person.emails):
        mails.erased(email, language=language, cost=cost)


def is_staff(person: Person) -> bool:
    if person.account is None:
        return False
    return get_user_model().objects.filter(pk=person.account, is_staff=True).exists()


def rows(road: Road, person: Person) -> QuerySet[Any]:
    found: QuerySet[Any] = apps.get_model(road.model)._default_manager.filter(road.find(person))
    return found


def erase_rows(road: Road, person: Person) -> int:
    """How many rows were deleted or blanked."""
    found = rows(road, person)
    if road.deletes:
        return int(found.delete()[0])
    if road.blank:
        return int(found.update(**road.blank))
    return 0
