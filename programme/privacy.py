from datetime import datetime

from django.core.files.storage import default_storage
from django.utils.translation import gettext_lazy as _

from programme.models import Material, Speaker
from recovery_network.privacy.fields import Clock, PersonalField, Receipt
from recovery_network.uploads import private_files, sweep

PURPOSE = _("To tell who contributes to the programme.")
EVERYONE = _("Everyone: it is on the website.")

PERSONAL = (
    *(
        PersonalField(f"programme.Speaker.{name}", PURPOSE, EVERYONE, Clock.CONTENT)
        for name in ("name", "title", "affiliation", "biography", "picture", "picture_alt")
    ),
    *(
        PersonalField(f"programme.Contribution.{name}", PURPOSE, EVERYONE, Clock.CONTENT)
        for name in ("speaker", "role", "presented_as")
    ),
    PersonalField(
        "programme.ProgrammeVersion.snapshot",
        PURPOSE,
        EVERYONE,
        Clock.CONTENT,
        _("Who was presented as what in each published programme"),
    ),
    PersonalField(
        "programme.ProgrammeVersion.published_by",
        _("To know who published a programme."),
        _("The organisers."),
        Clock.CONTENT,
    ),
    *(
        PersonalField(
            f"programme.ImportedSpeaker.{name}",
            _("To know again who contributes when a programme is imported once more."),
            _("The organisers."),
            Clock.CONTENT,
            _("What another system calls a contributor"),
        )
        for name in ("identity", "speaker")
    ),
    PersonalField(
        "programme.Material.file",
        _("To share what was shown."),
        _("Those it is for: everyone, those registered, or members."),
        Clock.CONTENT,
        _("Slides and papers, which may name those who made them"),
    ),
)
NOT_PERSONAL = {
    "programme.Material": (
        "key",
        "session",
        "kind",
        "title",
        "language",
        "url",
        "transcript",
        "audience",
        "moment",
        "accepted_at",
        "position",
    ),
    "programme.ImportedSession": "*",
    "programme.ImportedSpeaker": ("conference",),
    "programme.Speaker": ("key",),
    "programme.ChoiceBlock": "*",
    "programme.Session": "*",
    "programme.Track": "*",
    "programme.ProgrammeVersion": ("conference", "number", "note", "published_at"),
    "programme.Contribution": ("session", "position"),
}


def purge(now: datetime, *, dry_run: bool) -> Receipt:
    """Deletes the files that no row names any more: those replaced, and those of rows that are gone."""
    slides = Material.objects.exclude(file="").values_list("file", flat=True)
    pictures = Speaker.objects.exclude(picture="").values_list("picture", flat=True)
    removed = {
        "files": sweep(private_files(), "materials", in_use=slides, now=now, dry_run=dry_run),
        "pictures": sweep(default_storage, "speakers", in_use=pictures, now=now, dry_run=dry_run),
    }
    return Receipt("programme", removed)
