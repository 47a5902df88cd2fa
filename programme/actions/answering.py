"""What those who contribute do on their own page. Each verb holds the row and asks for the version they saw."""

from collections.abc import Mapping
from typing import Any

from django.core.files.base import ContentFile, File
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from programme import mails
from programme.actions.inviting import held, note
from programme.errors import ProgrammeError
from programme.models import (
    Contribution,
    Material,
    Session,
    SpeakerInvitation,
    SpeakerNeed,
    TalkProposal,
)

State = SpeakerInvitation.State
MOST_FILES = 10
PROFILE = ("title", "affiliation", "biography")


def seen(pk: int, version: int) -> SpeakerInvitation:
    """The invitation, held, if it is still as they saw it. Raises ProgrammeError: no_link, changed_meanwhile."""
    invitation = held(pk)
    if not invitation.link_works(timezone.now()):
        raise ProgrammeError(_("This link no longer works."), code="no_link")
    if invitation.version != version:
        raise ProgrammeError(
            _("Something was saved in another window meanwhile. Look through it, and save again."),
            code="changed_meanwhile",
        )
    invitation.version += 1
    return invitation


@transaction.atomic
def answer(
    *, invitation: SpeakerInvitation, version: int, answer: str, words: str = ""
) -> SpeakerInvitation:
    """Say yes, no, or that one can't come after all; the organiser is told by mail.

    Raises ProgrammeError: no_link, changed_meanwhile, not_now.
    """
    invitation = seen(invitation.pk, version)
    if answer == State.CONFIRMED and invitation.may_say_yes:
        state = State.CONFIRMED
    elif answer == State.DECLINED and invitation.state == State.INVITED:
        state = State.DECLINED
    elif answer == State.WITHDRAWN and invitation.takes_part:
        state = State.WITHDRAWN
    else:
        raise ProgrammeError(_("Choose one of the answers."), code="not_now")
    invitation.state, invitation.answered_at = state, timezone.now()
    invitation.answer_note = words
    invitation.save(update_fields=["state", "answered_at", "answer_note", "version"])
    mails.withdraw(invitation)
    mails.answered(invitation)
    note(invitation, f"said_{state}", None)
    return invitation


@transaction.atomic
def give_profile(
    *,
    invitation: SpeakerInvitation,
    version: int,
    words: Mapping[str, str],
    picture: ContentFile[bytes] | None,
    remove_picture: bool,
    picture_alt: str,
    picture_consent: bool,
    recording_consent: bool | None,
) -> SpeakerInvitation:
    """Keep what they say of themselves; an organiser lets it through. Without consent no picture is kept."""
    invitation = seen(invitation.pk, version)
    for name in PROFILE:
        setattr(invitation, name, words[name])
    if remove_picture or not picture_consent:
        invitation.picture, invitation.picture_alt = "", ""
    elif picture is not None:
        invitation.picture.save("picture.jpg", picture, save=False)
    invitation.picture_alt = picture_alt if invitation.picture else ""
    invitation.picture_consent = picture_consent
    invitation.recording_consent = recording_consent
    now = timezone.now()
    invitation.consented_at = invitation.profile_given_at = now
    invitation.profile_waits = True
    invitation.save(
        update_fields=[
            *PROFILE,
            "picture",
            "picture_alt",
            "picture_consent",
            "recording_consent",
            "consented_at",
            "profile_given_at",
            "profile_waits",
            "version",
        ]
    )
    note(invitation, "gave_profile", None)
    return invitation


@transaction.atomic
def give_talk(
    *,
    invitation: SpeakerInvitation,
    version: int,
    session: Session,
    words: Mapping[str, str],
    slides: File[Any] | None = None,
    slides_title: str = "",
    take_away: str = "",
) -> SpeakerInvitation:
    """Keep what they say of a session of theirs, and a file to it; both wait for an organiser.

    `take_away` is the key of a file of theirs that goes. Raises ProgrammeError: no_link,
    changed_meanwhile, not_theirs, too_many.
    """
    invitation = seen(invitation.pk, version)
    if not Contribution.objects.filter(session=session, speaker=invitation.speaker_id).exists():
        raise ProgrammeError(_("This session is no longer yours."), code="not_theirs")
    keep_words(invitation, session, words)
    if take_away:
        take_slides_away(invitation, take_away)
    if slides is not None:
        add_slides(invitation, session, slides, slides_title)
    invitation.save(update_fields=["version"])
    note(invitation, "gave_talk", None)
    return invitation


def keep_words(invitation: SpeakerInvitation, session: Session, words: Mapping[str, str]) -> None:
    """Only what is new waits for the organiser."""
    before = TalkProposal.objects.filter(invitation=invitation, session=session).first()
    told = before or session
    if any(getattr(told, name, "") != text for name, text in words.items()):
        TalkProposal.objects.update_or_create(
            invitation=invitation,
            session=session,
            defaults={**words, "waits": True, "given_at": timezone.now()},
        )


def add_slides(
    invitation: SpeakerInvitation, session: Session, slides: File[Any], title: str
) -> None:
    if Material.objects.filter(contributed_by=invitation).count() >= MOST_FILES:
        raise ProgrammeError(
            _("You have sent as many files as we take. Take one away first."), code="too_many"
        )
    Material.objects.create(
        session=session,
        contributed_by=invitation,
        kind=Material.Kind.SLIDES,
        title=title or session.title,
        language=session.conference.language,
        file=slides,
        moment=Material.Moment.AFTER,
        accepted_at=None,
    )


def take_slides_away(invitation: SpeakerInvitation, key: str) -> None:
    """Only what an organiser hasn't let through; the file itself goes by night."""
    theirs = Material.objects.filter(contributed_by=invitation, key=key, accepted_at=None)
    if not theirs.delete()[0]:
        raise ProgrammeError(
            _("The file is shown already, or gone. Write to the organiser."), code="not_theirs"
        )


@transaction.atomic
def give_need(*, invitation: SpeakerInvitation, version: int, text: str) -> SpeakerInvitation:
    """Keep what they need, encrypted; an empty text takes it away. The log keeps nothing of it."""
    invitation = seen(invitation.pk, version)
    if text:
        SpeakerNeed.objects.update_or_create(
            invitation=invitation,
            defaults={"note": text, "status": SpeakerNeed.Status.REPORTED},
        )
    else:
        SpeakerNeed.objects.filter(invitation=invitation).delete()
    invitation.save(update_fields=["version"])
    return invitation
