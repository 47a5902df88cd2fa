"""What it costs to cancel, by the table of the conference: as a sum, and in words."""

import itertools
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from django.core.cache import caches
from django.utils.translation import gettext as _

from conferences.models import Conference
from recovery_network import i18n
from recovery_network.pages import KEPT_SECONDS
from registrations.models import CancellationRule, Registration
from registrations.models.cancellation_rule import NOTHING

State = Registration.State


@dataclass(frozen=True)
class Cost:
    """What cancelling costs one person now, and the steps still ahead in words."""

    fee: Decimal
    steps: list[str]

    @property
    def in_words(self) -> str:
        if not self.fee:
            return _("If you cancel today, it costs nothing.")
        return _("If you cancel today, it costs %(fee)s.") % {"fee": i18n.money(self.fee)}


def rules_of(conference: Conference) -> list[CancellationRule]:
    """The earliest first."""
    return list(CancellationRule.objects.filter(conference=conference.pk).order_by("-days_before"))


def kept_rules_of(conference: Conference) -> list[CancellationRule]:
    """As rules_of(), at most five seconds old or since an organiser's last change: to be told, not to decide by."""
    pages, name = caches["pages"], f"rules|{conference.pk}|{conference.revision}"
    kept: list[CancellationRule] | None = pages.get(name)
    if kept is None:
        kept = rules_of(conference)
        pages.set(name, kept, KEPT_SECONDS)
    return kept


def fee_for(registration: Registration, now: datetime) -> Decimal:
    """In kr. Only a confirmed place that costs something costs anything to give back.

    A double is told the same as a newcomer; no invoice counts it.
    """
    if registration.shown_state != State.CONFIRMED or not registration.price:
        return NOTHING
    return fee_at(registration, rules_of(registration.conference), now)


def fee_at(registration: Registration, rules: Iterable[CancellationRule], now: datetime) -> Decimal:
    begun = [rule for rule in rules if rule.starts_at(registration.conference) <= now]
    return begun[-1].fee(registration.price) if begun else NOTHING


def cost_for(registration: Registration, now: datetime) -> Cost:
    """For the person themselves: today's sum, and what it becomes later."""
    if registration.shown_state != State.CONFIRMED or not registration.price:
        return Cost(NOTHING, [])
    rules = rules_of(registration.conference)
    fee = fee_at(registration, rules, now)
    with i18n.in_zone(registration.conference.time_zone):
        return Cost(fee, steps_ahead(registration.conference, rules, registration.price, now))


def steps_ahead(
    conference: Conference, rules: list[CancellationRule], price: Decimal, now: datetime
) -> list[str]:
    """When it becomes dearer, within the time in which people may cancel themselves."""
    ahead = [rule for rule in rules if now < rule.starts_at(conference) < last_moment(conference)]
    if not ahead:
        return []
    steps = [_("From %(date)s: %(cost)s.") % step(conference, rule, price) for rule in ahead]
    if len(ahead) == len(rules):
        last_free = day_before(ahead[0].starts_at(conference))
        return [_("Until %(date)s, that day included, it is free.") % {"date": last_free}, *steps]
    return steps


def step(conference: Conference, rule: CancellationRule, price: Decimal) -> dict[str, str]:
    begins = i18n.date_short(rule.starts_at(conference))
    return {"date": begins, "cost": i18n.money(rule.fee(price))}


def terms_of(conference: Conference, rules: list[CancellationRule]) -> list[str]:
    """The whole table in words, for those who haven't a place yet; empty where cancelling is always free."""
    sentences = []
    with i18n.in_zone(conference.time_zone):
        shown = [rule for rule in rules if rule.starts_at(conference) < last_moment(conference)]
        if shown:
            free_until = day_before(shown[0].starts_at(conference))
            until = _("Until %(date)s, that day included, it is free to cancel.")
            sentences.append(until % {"date": free_until})
        for rule in shown:
            begins = i18n.date_short(rule.starts_at(conference))
            words = _("From %(date)s it costs %(cost)s.")
            sentences.append(words % {"date": begins, "cost": cost_in_words(rule)})
        if conference.no_show_fee:
            fee = i18n.money(conference.no_show_fee)
            words = _("Who neither comes nor cancels pays %(fee)s on top of the price.")
            sentences.append(words % {"fee": fee})
    return sentences


def cost_in_words(rule: CancellationRule) -> str:
    if rule.percent is not None:
        if rule.percent == 100:
            return _("the whole price")
        return _("%(share)s of the price") % {"share": i18n.percent(rule.percent)}
    return i18n.money(rule.amount or NOTHING)


def last_moment(conference: Conference) -> datetime:
    return conference.cancellable_until()


def day_before(moment: datetime) -> str:
    return i18n.date_short(moment - timedelta(hours=1))


def contradiction(rules: Iterable[CancellationRule], prices: Iterable[Decimal]) -> str:
    """Why the table can't be meant like that, in words; empty where it can.

    Waiting longer never makes it cheaper, for any place of the conference.
    """
    ordered = sorted(rules, key=lambda rule: -rule.days_before)
    for earlier, later in itertools.pairwise(ordered):
        for price in prices:
            if later.fee(price) < earlier.fee(price):
                return _(
                    "From %(later)d days before it would cost less (%(less)s) than from "
                    "%(earlier)d days before (%(more)s), for a place at %(price)s."
                ) % {
                    "later": later.days_before,
                    "earlier": earlier.days_before,
                    "less": i18n.money(later.fee(price)),
                    "more": i18n.money(earlier.fee(price)),
                    "price": i18n.money(price),
                }
    return ""
