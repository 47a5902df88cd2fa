from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _

from network.validators import validate_plain_text
from recovery_network import keys


def picture_name(speaker: "Speaker", filename: str) -> str:
    return f"speakers/{speaker.key}-{keys.public_key()}.{filename.rsplit('.', 1)[-1].lower()[:4]}"


class Speaker(models.Model):
    key = models.CharField(max_length=12, unique=True, default=keys.public_key, editable=False)
    name = models.CharField(_("name"), max_length=120, validators=[validate_plain_text])
    title = models.CharField(
        _("title"), max_length=120, blank=True, help_text=_("For instance professor.")
    )
    email = models.EmailField(
        _("e-mail"),
        max_length=254,
        blank=True,
        help_text=_("For organisers only: invitations to contribute go there."),
    )
    affiliation = models.CharField(_("affiliation"), max_length=200, blank=True)
    biography = models.TextField(_("biography"), blank=True, help_text=_("Markdown."))
    picture = models.ImageField(_("picture"), upload_to=picture_name, blank=True)
    picture_alt = models.CharField(_("what the picture shows"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("speaker")
        verbose_name_plural = _("speakers")
        ordering = ["name"]
        constraints = [
            models.CheckConstraint(
                condition=Q(picture="") | ~Q(picture_alt=""),
                name="speaker_picture_has_alt",
                violation_error_message=_(
                    "Say what the picture shows, for those who can't see it."
                ),
            )
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("speaker", args=[self.address()])

    def address(self) -> str:
        """The last part of the address of their page: it ends with the key, which stays when they change name."""
        name = slugify(self.name)[:60]
        return f"{name}-{self.key}" if name else self.key
