from typing import TYPE_CHECKING

from django.contrib.sessions.base_session import AbstractBaseSession
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from network.models.user import User

if TYPE_CHECKING:
    from network.sessions import SessionStore


class SignIn(AbstractBaseSession):
    """One browser's session; of someone signed in it knows the account, so that they can see and end theirs."""

    account = models.ForeignKey(
        User,
        models.CASCADE,
        null=True,
        editable=False,
        related_name="sign_ins",
        verbose_name=_("account"),
    )
    device = models.CharField(_("browser and device"), max_length=60, blank=True, editable=False)
    began_at = models.DateTimeField(_("signed in"), default=timezone.now, editable=False)

    class Meta:
        verbose_name = _("sign-in")
        verbose_name_plural = _("sign-ins")

    @classmethod
    def get_session_store_class(cls) -> "type[SessionStore]":
        from network.sessions import SessionStore  # the store needs this model

        return SessionStore

    def __str__(self) -> str:
        return self.device or str(self._meta.verbose_name)
