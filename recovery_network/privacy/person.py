from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Q


@dataclass(frozen=True)
class Person:
    """Someone as their data knows them: the addresses they have shown to be theirs, and their account, if any."""

    emails: frozenset[str]
    account: int | None = None

    @classmethod
    def of(cls, emails: Iterable[str], account: int | None = None) -> "Person":
        return cls(frozenset(email.lower() for email in emails if email), account)

    def owns(self, field: str) -> Q:
        """That an address field holds one of theirs, in whatever case it was typed."""
        theirs = Q(pk__in=[])
        for email in sorted(self.emails):
            theirs |= Q(**{f"{field}__iexact": email})
        return theirs

    def is_account(self, field: str) -> Q:
        """That a field names their account."""
        return Q(pk__in=[]) if self.account is None else Q(**{field: self.account})
