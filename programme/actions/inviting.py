"""What organisers do about those who contribute: ask, remind, take the link back."""

from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from conferences.models import Conference
from network.models import User
from programme import mails
from programme.errors import ProgrammeError
from programme.missing import still_missing
from programme.models import Speaker, SpeakerInvitation
from recovery_network import keys
from recovery_network.audit.actions import record

State = SpeakerInvitation.State
# Those who haven't answered are reminded by themselves this long before the date.
REMIND_BEFORE = timedelta(days=3)


@transaction.atomic
def invite(
    *,
    conference: Conference,
    speaker: Speaker,
    by: User,
    answer_by: datetime,
    message: str = "",
    wants_slides: bool = True,
) -> SpeakerInvitation:
    """Ask someone to contribute, or ask once more: who has said yes keeps that, others are asked anew.

    A link that was taken back becomes another. Raises ProgrammeError: no_address, over, past.
    """
    now = timezone.now()
    if not speaker.email:
        raise ProgrammeError(
            _("Write their e-mail address on the speaker first."), code="no_address"
        )
    if conference.ends_at <= now or conference.is_called_off(now):
        raise ProgrammeError(_("This gathering is over, or called off."), code="over")
    if answer_by <= now:
        raise ProgrammeError(_("Choose a date to come."), code="past")
    invitation, new = SpeakerInvitation.objects.select_for_update(no_key=True).get_or_create(
        conference=conference,
        speaker=speaker,
        defaults={"answer_by": answer_by, "language": conference.language},
    )
    invitation.key = invitation.key or keys.secret_key()
    if not invitation.takes_part:
        invitation.state, invitation.answered_at, invitation.answer_note = State.INVITED, None, ""
    invitation.answer_by, invitation.message = answer_by, message
    invitation.wants_slides = wants_slides
    invitation.invited_at, invitation.reminded_at = now, None
    invitation.save(
        update_fields=[
            "key",
            "state",
            "answered_at",
            "answer_note",
            "answer_by",
            "message",
            "wants_slides",
            "invited_at",
            "reminded_at",
        ]
    )
    mails.invitation(invitation)
    note(invitation, "invited" if new else "invited_again", by)
    return invitation


@transaction.atomic
def remind(*, invitation: SpeakerInvitation, by: User | None) -> SpeakerInvitation:
    """Tell what is still missing, at most once a day. Raises ProgrammeError: nothing_missing, no_link."""
    invitation = held(invitation.pk)
    now = timezone.now()
    if not invitation.link_works(now) or not invitation.speaker.email:
        raise ProgrammeError(_("Their link is taken back, or no longer works."), code="no_link")
    missing = still_missing([invitation])[invitation.pk]
    if not missing:
        raise ProgrammeError(_("Nothing is missing from them."), code="nothing_missing")
    mails.reminder(invitation, missing)
    invitation.reminded_at = now
    invitation.save(update_fields=["reminded_at"])
    note(invitation, "reminded", by)
    return invitation


@transaction.atomic
def revoke(*, invitation: SpeakerInvitation, by: User) -> SpeakerInvitation:
    """Take the link back: whoever has it sees nothing more. Mails that haven't left are withdrawn."""
    invitation = held(invitation.pk)
    if invitation.key is None:
        raise ProgrammeError(_("Their link is taken back already."), code="no_link")
    invitation.key = None
    invitation.save(update_fields=["key"])
    mails.withdraw(invitation)
    note(invitation, "link_revoked", by)
    return invitation


def send_due_reminders() -> int:
    """Remind, once, those whose date comes close and from whom something is missing; returns how many."""
    now = timezone.now()
    due = SpeakerInvitation.objects.select_related("conference", "speaker").filter(
        state__in=[State.INVITED, State.CONFIRMED],
        key__isnull=False,
        reminded_at=None,
        answer_by__gt=now,
        answer_by__lte=now + REMIND_BEFORE,
        invited_at__lte=now - timedelta(days=1),
    )
    return sum(reminded(each) for each in due)


def reminded(invitation: SpeakerInvitation) -> bool:
    try:
        remind(invitation=invitation, by=None)
    except ProgrammeError:
        return False
    return True


def held(pk: int) -> SpeakerInvitation:
    """The invitation, held until the transaction ends."""
    rows = SpeakerInvitation.objects.select_for_update(of=("self",), no_key=True)
    return rows.select_related("conference__venue", "speaker").get(pk=pk)


def note(invitation: SpeakerInvitation, what: str, by: User | None) -> None:
    record(
        action=f"contributor.{what}",
        by=by,
        object=invitation,
        conference_id=invitation.conference_id,
    )
