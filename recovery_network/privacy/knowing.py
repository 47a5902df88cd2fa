"""Who someone is, as far as they have shown it."""

from allauth.account.models import EmailAddress
from django.contrib.auth import get_user_model

from recovery_network.privacy.person import Person


def person_of(account: int) -> Person:
    """The addresses that the account has confirmed, and no others: they open what is kept under them."""
    confirmed = EmailAddress.objects.filter(user=account, verified=True)
    return Person.of(confirmed.values_list("email", flat=True), account)


def person_at(email: str) -> Person:
    """Whoever has shown that an address is theirs, with the account that it belongs to, if any."""
    account = get_user_model().objects.filter(email__iexact=email).first()
    return Person.of([email], account.pk if account else None)
