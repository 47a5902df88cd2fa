"""Letters to the organisers from the contact page and the page on accessibility.

Programs that fill in forms are kept out without asking other companies: a field that people don't see, a
stamp that tells how long the page has been open, and a limit on how many letters one sender may write.
"""

import hashlib
import hmac
from datetime import timedelta
from typing import Any

from django import forms
from django.conf import settings
from django.core import signing
from django.core.cache import cache
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from network.validators import validate_plain_text
from recovery_network.keys import public_key
from recovery_network.mail import kinds, outbox
from recovery_network.mail.models import Mail

SALT = "contact"
# Nobody reads the page and writes a letter faster; nobody leaves it open longer.
FASTEST, LONGEST = timedelta(seconds=3), timedelta(days=1)
# By the address of the sender, and by where the browser is: a whole conference room may be in one place.
PER_SENDER, PER_PLACE = 5, 60
HOUR = 3600


class LetterForm(forms.Form):
    name = forms.CharField(
        label=_("Your name"),
        max_length=120,
        required=False,
        validators=[validate_plain_text],
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    email = forms.EmailField(
        label=_("Your e-mail"),
        max_length=254,
        help_text=_("So that we can answer."),
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
        error_messages={"invalid": _("Write an e-mail address, such as name@example.org.")},
    )
    message = forms.CharField(
        label=_("What do you want to tell us?"),
        max_length=4000,
        validators=[validate_plain_text],
        widget=forms.Textarea(attrs={"rows": 7}),
    )
    # People don't see it, and programs fill it in.
    website = forms.CharField(required=False)
    stamp = forms.CharField(widget=forms.HiddenInput)
    topic = "contact"

    def clean_stamp(self) -> str:
        stamp: str = self.cleaned_data["stamp"]
        signer = signing.TimestampSigner(salt=SALT)
        try:
            signer.unsign(stamp, max_age=LONGEST)
        except signing.BadSignature:
            self.renew()
            raise forms.ValidationError(
                _("The page had been open for a long time. Send it once more.")
            ) from None
        try:
            signer.unsign(stamp, max_age=FASTEST)
        except signing.SignatureExpired:
            return stamp
        raise forms.ValidationError(_("That went very fast. Wait three seconds and send it again."))

    def renew(self) -> None:
        """What was typed stays; the stamp is a new one."""
        self.data = {**dict(self.data.items()), "stamp": new_stamp()}

    @property
    def is_by_a_program(self) -> bool:
        return bool(self.data.get("website"))


class ObstacleForm(LetterForm):
    """Whoever meets an obstacle may tell of it without saying who they are."""

    email = forms.EmailField(
        label=_("Your e-mail"),
        max_length=254,
        required=False,
        help_text=_("Only if you want an answer."),
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
        error_messages={"invalid": _("Write an e-mail address, such as name@example.org.")},
    )
    message = forms.CharField(
        label=_("What was in your way, and on which page?"),
        max_length=4000,
        validators=[validate_plain_text],
        widget=forms.Textarea(attrs={"rows": 5}),
    )
    topic = "obstacle"


def new_stamp() -> str:
    return signing.TimestampSigner(salt=SALT).sign(public_key())


def mark(text: str) -> str:
    """The same for the same text, and no way back from it."""
    return hmac.new(settings.SECRET_KEY.encode(), text.encode(), hashlib.sha256).hexdigest()[:32]


def within_limits(*, email: str, place: str) -> bool:
    """Counts one letter; whether the sender and the place have not had their share of this hour."""
    shares = [(f"contact:place:{mark(place)}", PER_PLACE)]
    if email:
        shares.append((f"contact:sender:{mark(email.lower())}", PER_SENDER))
    counts = []
    for key, share in shares:
        cache.add(key, 0, HOUR)
        counts.append(cache.incr(key) <= share)
    return all(counts)


@transaction.atomic
def send(*, topic: str, name: str, email: str, message: str, stamp: str) -> Mail | None:
    """One letter to the organisers' own address; the same sending twice is one letter.

    It is not kept here: as soon as it has gone its words are blanked, as those of every secret mail.
    """
    return outbox.queue(
        kind="contact",
        to=settings.CONTACT_EMAIL,
        language=settings.LANGUAGE_CODE,
        context=context_of(topic, name, email, message),
        key=f"contact:{mark(stamp + message)}",
    )


def context_of(topic: str, name: str, email: str, message: str) -> dict[str, Any]:
    return {"is_obstacle": topic == "obstacle", "name": name, "email": email, "message": message}


def sample() -> kinds.Context:
    return context_of("contact", "Kari Nordmann", "kari@example.no", "Hei!\n\nNår er neste møte?")


def declare() -> None:
    kinds.register(kinds.Kind("contact", _("Letter to the organisers"), sample=sample, secret=True))
