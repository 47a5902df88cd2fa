"""Why someone waits, and what would give them a place, in words for the organisers."""

from dataclasses import dataclass

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from registrations.line import standings
from registrations.models import Registration
from registrations.queries import Ledger

Scarcity = Registration.Scarcity


@dataclass(frozen=True)
class Waiting:
    """`why` and `what_helps` are sentences; `may_raise` where a raised limit would help."""

    place: int
    why: str
    what_helps: str
    may_raise: bool = False


def why_waiting(registration: Registration) -> Waiting | None:
    """None for those who don't wait. For reading: nothing is held meanwhile."""
    if registration.state != Registration.State.WAITING:
        return None
    conference, tier = registration.conference, registration.tier
    standing = standings(conference, [registration])[registration.pk]
    place = standing.number
    now = timezone.now()
    if conference.is_called_off(now) or conference.starts_at <= now:
        why = _("No places are given any more.")
        return Waiting(place, why, _("Nothing: it has begun, or it is called off."))
    owner = registration.booking.organisation
    ledger = Ledger.of(conference)
    scarcity = standing.why
    words = {
        "organisation": owner.name if owner else "",
        "tier": tier.name,
        "own": ledger.taken_by(tier, owner.pk if owner else None),
        "limit": ledger.own_limit(tier, owner.pk if owner else None),
        "in_tier": ledger.taken_in(tier),
        "tier_capacity": tier.capacity,
        "taken": ledger.taken(),
        "capacity": conference.capacity,
    }
    if scarcity == Scarcity.ORGANISATION:
        return Waiting(
            place,
            _("%(organisation)s holds %(own)d of its %(limit)d places of the kind %(tier)s.")
            % words,
            _(
                "That one of its people cancels or moves to another kind of place, or that the "
                "limit of %(organisation)s is raised."
            )
            % words,
            may_raise=True,
        )
    if scarcity == Scarcity.NO_ORGANISATION:
        return Waiting(
            place,
            _(
                "%(own)d of %(limit)d places of the kind %(tier)s for people without an organisation are taken."
            )
            % words,
            _("That one of those people cancels, or that there are more such places."),
        )
    if scarcity == Scarcity.TIER:
        return Waiting(
            place,
            _("%(in_tier)d of %(tier_capacity)d places of the kind %(tier)s are taken.") % words,
            _("That someone with such a place cancels, or that there are more of them."),
        )
    if scarcity == Scarcity.CONFERENCE:
        return Waiting(
            place,
            _("%(taken)d of %(capacity)d places are taken.") % words,
            _("That anyone cancels, or that there are more places at all."),
        )
    if scarcity == Scarcity.LINE:
        return Waiting(
            place,
            _("Those before them in line come first: free places are kept for them."),
            _("That the others get their places, take fewer, or cancel."),
        )
    return Waiting(place, *party_or_soon(registration))


def party_or_soon(registration: Registration) -> tuple[str, str]:
    """Where nothing is scarce for one more: a party waits for enough places, others for a moment."""
    together = registration.booking.registrations.in_line().count()
    if together > 1:
        why = ngettext(
            "The party waits for %(count)d place.",
            "The party waits for %(count)d places at the same time.",
            together,
        )
        return why % {"count": together}, _(
            "That so many are free at once, or that the party takes what there is."
        )
    return _("A place is free for them."), _("Nothing: it is given within a minute.")
