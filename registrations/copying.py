from conferences.copying import Copying
from registrations.models import CancellationRule, Tier


def copy_terms(copying: Copying) -> None:
    """Ticket types with their prices and limits, and what cancelling costs; nobody's registration."""
    tiers = list(Tier.objects.filter(conference=copying.source).order_by("pk"))
    for tier in tiers:
        copying.clone(tier, overflow_tier=None)
    for tier in tiers:
        if tier.overflow_tier_id is not None:
            twin = copying.twins[Tier, tier.pk]
            twin.overflow_tier = copying.twins[Tier, tier.overflow_tier_id]  # type: ignore[attr-defined]
            twin.save(update_fields=["overflow_tier"])
    copying.clone_all(CancellationRule.objects.filter(conference=copying.source))
