"""Letting through what contributors gave: to the speaker, who is public, and to the draft of the programme."""

from django.core.files.base import ContentFile
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from conferences.actions import touch
from conferences.models import Conference
from network.models import User
from programme.actions.inviting import held, note
from programme.errors import ProgrammeError
from programme.models import (
    Material,
    Session,
    Speaker,
    SpeakerInvitation,
    SpeakerNeed,
    TalkProposal,
)

PROFILE = ("title", "affiliation", "biography")
TALK = ("title", "abstract", "content_note")


@transaction.atomic
def accept_profile(*, invitation: SpeakerInvitation, version: int, by: User) -> Speaker:
    """What they wrote of themselves becomes what readers see; what they left blank stays as it was.

    Raises ProgrammeError: changed_meanwhile, where they have written something else by now.
    """
    invitation = held(invitation.pk)
    check_seen(invitation, version)
    speaker = Speaker.objects.select_for_update(no_key=True).get(pk=invitation.speaker_id)
    changed = [name for name in PROFILE if getattr(invitation, name)]
    for name in changed:
        setattr(speaker, name, getattr(invitation, name))
    if invitation.picture and invitation.picture_consent:
        with invitation.picture.open("rb") as picture:
            speaker.picture.save("picture.jpg", ContentFile(picture.read()), save=False)
        speaker.picture_alt = invitation.picture_alt
        changed += ["picture", "picture_alt"]
    elif invitation.picture_consent is False and speaker.picture:
        speaker.picture, speaker.picture_alt = "", ""
        changed += ["picture", "picture_alt"]
    speaker.save(update_fields=changed)
    invitation.profile_waits = False
    invitation.save(update_fields=["profile_waits"])
    note(invitation, "profile_accepted", by)
    for conference in Conference.objects.filter(sessions__speakers=speaker).distinct():
        touch(conference)
    return speaker


@transaction.atomic
def accept_talk(*, proposal: TalkProposal, version: int, by: User) -> Session:
    """What they wrote of a session goes into the draft; readers see it once the programme is published."""
    invitation = held(proposal.invitation_id)
    check_seen(invitation, version)
    session = Session.objects.select_for_update(of=("self",), no_key=True).get(
        pk=proposal.session_id
    )
    changed = [name for name in TALK if getattr(proposal, name)]
    for name in changed:
        setattr(session, name, getattr(proposal, name))
    session.save(update_fields=changed)
    proposal.waits = False
    proposal.save(update_fields=["waits"])
    note(invitation, "talk_accepted", by)
    return session


@transaction.atomic
def accept_material(*, material: Material, by: User) -> Material:
    """Let a file of theirs be seen by those it is for."""
    if material.accepted_at is None:
        material.accepted_at = timezone.now()
        material.save(update_fields=["accepted_at"])
        touch(material.session.conference)
        if material.contributed_by is not None:
            note(material.contributed_by, "file_accepted", by)
    return material


@transaction.atomic
def set_aside(*, invitation: SpeakerInvitation, by: User) -> None:
    """Leave the speaker and the draft as they are; what was given stays to be read."""
    invitation = held(invitation.pk)
    invitation.profile_waits = False
    invitation.save(update_fields=["profile_waits"])
    invitation.talks.update(waits=False)
    note(invitation, "set_aside", by)


@transaction.atomic
def answer_need(*, need: SpeakerNeed, status: str, by: User) -> SpeakerNeed:
    """Say how it goes with what someone needs; they see it on their page."""
    if status not in SpeakerNeed.Status.values:
        raise ProgrammeError(_("Choose one of the states in the list."), code="unknown_status")
    need.status = status
    need.save(update_fields=["status"])
    note(need.invitation, "need_answered", by)
    return need


def check_seen(invitation: SpeakerInvitation, version: int) -> None:
    if invitation.version != version:
        raise ProgrammeError(
            _("They have written something new meanwhile. Look through it once more."),
            code="changed_meanwhile",
        )
