from datetime import datetime
from decimal import Decimal
from functools import partial

from django.core.files.storage import default_storage
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from programme.models import Material, Speaker, SpeakerInvitation, SpeakerNeed
from programme.searching import SPEAKER
from recovery_network.privacy.fields import Clock, PersonalField, Receipt, Road
from recovery_network.privacy.person import Person
from recovery_network.search.actions import refresh
from recovery_network.uploads import private_files, sweep

ASK = _("To plan your contribution with you.")
ORGANISERS = _("Organisers.")
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
    PersonalField("programme.Speaker.email", ASK, ORGANISERS, Clock.REGISTRATIONS),
    *(
        PersonalField(f"programme.SpeakerInvitation.{name}", ASK, ORGANISERS, Clock.REGISTRATIONS)
        for name in (
            "speaker",
            "language",
            "state",
            "message",
            "answer_by",
            "invited_at",
            "reminded_at",
            "answered_at",
            "answer_note",
            "title",
            "affiliation",
            "biography",
            "picture",
            "picture_alt",
            "picture_consent",
            "recording_consent",
            "consented_at",
            "profile_given_at",
        )
    ),
    PersonalField(
        "programme.SpeakerInvitation.key",
        ASK,
        _("Nobody; the system only."),
        Clock.REGISTRATIONS,
        _("The secret part of your link"),
        secret=True,
    ),
    *(
        PersonalField(f"programme.TalkProposal.{name}", ASK, ORGANISERS, Clock.REGISTRATIONS)
        for name in ("title", "abstract", "content_note", "equipment", "given_at")
    ),
    *(
        PersonalField(
            f"programme.SpeakerNeed.{name}",
            _("To make it possible for you to contribute."),
            _("Only organisers with permission to see needs. It is logged."),
            Clock.NEEDS,
        )
        for name in ("note", "status")
    ),
    PersonalField(
        "programme.Material.contributed_by",
        ASK,
        ORGANISERS,
        Clock.REGISTRATIONS,
        _("Who sent in a file"),
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
    "programme.SpeakerInvitation": ("conference", "wants_slides", "profile_waits", "version"),
    "programme.TalkProposal": ("invitation", "session", "waits"),
    "programme.SpeakerNeed": ("invitation",),
    "programme.Speaker": ("key",),
    "programme.ChoiceBlock": "*",
    "programme.Session": "*",
    "programme.Track": "*",
    "programme.ProgrammeVersion": ("conference", "number", "note", "published_at"),
    "programme.Contribution": ("session", "position"),
}

PRESENTED = _(
    "That you contributed to a programme that was published: it tells what happened. Write to us if you want "
    "your name off it."
)

ROADS = (
    Road(
        "programme.TalkProposal",
        lambda person: person.owns("invitation__speaker__email"),
        also=("session",),
    ),
    Road("programme.SpeakerNeed", lambda person: person.owns("invitation__speaker__email")),
    Road(
        "programme.Material",
        lambda person: person.owns("contributed_by__speaker__email"),
        blank={"contributed_by": None},
        keeps=("file",),
        why=PRESENTED,
        also=("title",),
    ),
    Road(
        "programme.SpeakerInvitation",
        lambda person: person.owns("speaker__email"),
        also=("conference",),
    ),
    Road(
        "programme.Contribution",
        lambda person: person.owns("speaker__email"),
        keeps=("*",),
        why=PRESENTED,
        also=("session",),
    ),
    Road(
        "programme.ImportedSpeaker",
        lambda person: person.owns("speaker__email"),
        keeps=("*",),
        why=PRESENTED,
        also=("conference",),
    ),
    Road(
        "programme.ProgrammeVersion",
        lambda person: person.is_account("published_by"),
        fields=("published_by",),
        blank={"published_by": None},
        also=("conference", "number"),
    ),
    # The last: the address is what the others are found by. Words and picture were given for as long as one wants.
    Road(
        "programme.Speaker",
        lambda person: person.owns("email"),
        blank={"email": "", "biography": "", "picture": "", "picture_alt": ""},
        keeps=("name", "title", "affiliation"),
        why=PRESENTED,
    ),
)
NO_ROAD = {
    "programme.ProgrammeVersion.snapshot": _(
        "Programmes as they were published, with the names of those who contributed."
    ),
}


def release(person: Person, now: datetime) -> Decimal:
    """What search knows of their words goes as soon as these are gone."""
    numbers = list(
        Speaker.objects.filter(person.owns("email")).order_by("pk").values_list("pk", flat=True)
    )
    transaction.on_commit(partial(refresh, SPEAKER, numbers))
    return Decimal(0)


def purge(now: datetime, *, dry_run: bool) -> Receipt:
    """Deletes by the clocks above, and the files that no row names any more: replaced, or of rows that are gone."""
    old = Clock.REGISTRATIONS.cutoff(now)
    needs = SpeakerNeed.objects.filter(invitation__conference__ends_at__lt=Clock.NEEDS.cutoff(now))
    invitations = SpeakerInvitation.objects.filter(conference__ends_at__lt=old)
    # An address that was written down just now, for someone who isn't in a programme yet, stays.
    done = (
        Speaker.objects.exclude(email="")
        .filter(contributions__isnull=False)
        .exclude(contributions__session__conference__ends_at__gte=old)
        .exclude(invitations__conference__ends_at__gte=old)
        .distinct()
    )
    with transaction.atomic():
        removed = {
            "needs of contributors": needs.count(),
            "invitations to contribute": invitations.count(),
            "addresses of contributors": done.count(),
        }
        if not dry_run:
            Speaker.objects.filter(pk__in=list(done.values_list("pk", flat=True))).update(email="")
            needs.delete()
            invitations.delete()
    return Receipt("programme", {**removed, **swept(now, dry_run=dry_run)})


def swept(now: datetime, *, dry_run: bool) -> dict[str, int]:
    slides = Material.objects.exclude(file="").values_list("file", flat=True)
    proposed = SpeakerInvitation.objects.exclude(picture="").values_list("picture", flat=True)
    pictures = Speaker.objects.exclude(picture="").values_list("picture", flat=True)
    hidden = private_files()
    return {
        "files": sweep(hidden, "materials", in_use=slides, now=now, dry_run=dry_run)
        + sweep(hidden, "portraits", in_use=proposed, now=now, dry_run=dry_run),
        "pictures": sweep(default_storage, "speakers", in_use=pictures, now=now, dry_run=dry_run),
    }
