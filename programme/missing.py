"""What organisers still wait for from those who contribute."""

from collections.abc import Iterable, Sequence

from django.db.models import prefetch_related_objects
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from programme.models import Contribution, Material, Session, SpeakerInvitation, TalkProposal

ANSWER = _("an answer")
BIOGRAPHY = _("a short presentation")
PICTURE = _("a picture")
RECORDING = _("whether it may be recorded")
TALK = _("what the session is about")
SLIDES = _("slides")


def sessions_of(invitations: Sequence[SpeakerInvitation]) -> dict[int, list[Session]]:
    """The sessions of each in the draft, by the invitation's primary key; one query."""
    wanted = {(each.conference_id, each.speaker_id): each.pk for each in invitations}
    found: dict[int, list[Session]] = {each.pk: [] for each in invitations}
    rows = (
        Contribution.objects.filter(
            session__conference__in={each.conference_id for each in invitations},
            speaker__in={each.speaker_id for each in invitations},
        )
        .select_related("session__room")
        .order_by("session__starts_at", "session")
    )
    for row in rows:
        pk = wanted.get((row.session.conference_id, row.speaker_id))
        if pk is not None and row.session not in found[pk]:
            found[pk].append(row.session)
    return found


def still_missing(invitations: Iterable[SpeakerInvitation]) -> dict[int, list[str | Promise]]:
    """In words, by the invitation's primary key; four queries however many they are."""
    rows = list(invitations)
    prefetch_related_objects(rows, "speaker", "talks", "slides")
    sessions = sessions_of(rows)
    return {each.pk: missing_from(each, sessions[each.pk]) for each in rows}


def missing_from(invitation: SpeakerInvitation, sessions: Sequence[Session]) -> list[str | Promise]:
    if invitation.state == SpeakerInvitation.State.INVITED:
        return [ANSWER]
    if not invitation.takes_part:
        return []
    speaker = invitation.speaker
    talks: dict[int, TalkProposal] = {each.session_id: each for each in invitation.talks.all()}
    slides: list[Material] = list(invitation.slides.all())
    told = [
        session.abstract or (session.pk in talks and talks[session.pk].abstract)
        for session in sessions
    ]
    wanted = (
        (BIOGRAPHY, invitation.biography or speaker.biography),
        (
            PICTURE,
            invitation.picture or speaker.picture or invitation.picture_consent is False,
        ),
        (RECORDING, invitation.recording_consent is not None),
        (TALK, all(told)),
        (SLIDES, slides or not invitation.wants_slides or not sessions),
    )
    return [what for what, there in wanted if not there]
