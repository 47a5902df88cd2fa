from datetime import datetime
from decimal import Decimal
from urllib.parse import urljoin

from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from recovery_network.i18n import money, speaking
from recovery_network.mail import kinds, outbox
from recovery_network.mail.models import Mail
from recovery_network.privacy import links


def own_data(email: str, *, language: str) -> Mail | None:
    """The link to what is kept under an address, at most once an hour; the same whether or not anything is."""
    with speaking(language):
        path = reverse("own_data_by_link", args=[links.token_for(email)])
    return outbox.queue(
        kind="own_data",
        to=email,
        language=language,
        context={"url": urljoin(settings.SITE_URL, path)},
        key=f"own_data:{links.mark_of(email)}:{timezone.now():%Y%m%d%H}",
    )


def erased(email: str, *, language: str, cost: Decimal) -> Mail | None:
    """The receipt of erasing: the last mail to an address."""
    now: datetime = timezone.now()
    with speaking(language):
        owed = money(cost) if cost else ""
    return outbox.queue(
        kind="erased",
        to=email,
        language=language,
        context={"owed": owed},
        key=f"erased:{links.mark_of(email)}:{now:%Y%m%d%H%M%S%f}",
    )


def sample_link() -> kinds.Context:
    return {"url": "https://example.org/innsyn/eksempel/"}


def sample_erased() -> kinds.Context:
    return {"owed": "250 kr"}


def declare() -> None:
    """Both are secret: the one holds a key, and of the other nothing may be left when it has gone."""
    kinds.register(
        kinds.Kind("own_data", _("Link to what we keep"), sample=sample_link, secret=True)
    )
    kinds.register(kinds.Kind("erased", _("Receipt of erasing"), sample=sample_erased, secret=True))
