from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.mfa.stages import AuthenticateStage
from allauth.mfa.utils import is_mfa_enabled
from django.contrib import messages
from django.core.exceptions import ImproperlyConfigured, PermissionDenied
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from network.actions import make_room_for
from network.models import User
from network.sessions import BEGAN, DEVICE, device_of
from recovery_network.mail.accounts import OutboxAdapter

BOTH_FACTORS = "allauth.mfa.stages.AuthenticateStage"
OUR_FACTORS = "network.adapters.FactorStage"


class AccountAdapter(OutboxAdapter):
    """There is one door: whoever can read a code that is sent to an address may sign in with it."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    error_messages = {
        **OutboxAdapter.error_messages,
        "duplicate_email": _("That is the address you have here already."),
    }

    def confirm_email(self, request: HttpRequest, email_address: EmailAddress) -> bool:
        """Without room at the address the account stays as it is, and so do all others."""
        if not make_room_for(email=email_address.email, user=email_address.user):
            told = "account/messages/email_confirmation_failed.txt"
            self.add_message(request, messages.ERROR, told, {"email": email_address.email})
            return False
        return bool(super().confirm_email(request, email_address))

    def get_client_ip(self, request: HttpRequest) -> str:
        """As far away as TRUSTED_PROXIES reach; whoever came past a proxy is known by the address they came from."""
        try:
            found: str = super().get_client_ip(request)
        except ImproperlyConfigured:
            found = request.META.get("REMOTE_ADDR", "")
            if not found:
                raise PermissionDenied from None
        return found

    def get_login_stages(self) -> list[str]:
        stages: list[str] = super().get_login_stages()
        return [OUR_FACTORS if stage == BOTH_FACTORS else stage for stage in stages]

    def login(self, request: HttpRequest, user: User) -> None:
        super().login(request, user)
        request.session[DEVICE] = device_of(request.headers.get("User-Agent", ""))
        request.session[BEGAN] = timezone.now().isoformat()


class FactorStage(AuthenticateStage):  # type: ignore[misc]
    """The second step is for staff, and for others who set up a code app.

    A member's passkey is a quicker way in and no second lock: whoever loses the phone still gets a code by e-mail.
    """

    def _should_handle(self, request: HttpRequest) -> bool:
        user = self.login.user
        if user is None or user.is_staff or is_mfa_enabled(user, [Authenticator.Type.TOTP]):
            return bool(super()._should_handle(request))
        return False
