from django.http import HttpRequest

from recovery_network.mail.accounts import OutboxAdapter


class AccountAdapter(OutboxAdapter):
    """Accounts are made by organisers: nobody needs one to register (`domain.md` 1)."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False
