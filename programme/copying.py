from conferences.copying import Copying
from programme.models import ChoiceBlock, Contribution, Session, Track


def copy_programme(copying: Copying) -> None:
    """Tracks, blocks and sessions, at the same times of the clock; it is a draft, and nothing is published.

    Who contributed comes along only where the organiser says so: they haven't said yes to another year.
    """
    copying.clone_all(Track.objects.filter(conference=copying.source))
    copying.clone_all(ChoiceBlock.objects.filter(conference=copying.source))
    copy_sessions(copying)
    if copying.with_contributors:
        copy_contributors(copying)


def copy_sessions(copying: Copying) -> None:
    """What was called off was so that day only; a repetition repeats the copy of the first."""
    sessions = list(Session.objects.filter(conference=copying.source))
    for session in sessions:
        copying.clone(session, repeats_id=None, called_off_at=None)
    for session in sessions:
        if session.repeats_id is not None:
            twin = copying.twins[Session, session.pk]
            repeated = copying.twins[Session, session.repeats_id]
            Session.objects.filter(pk=twin.pk).update(repeats=repeated.pk)


def copy_contributors(copying: Copying) -> None:
    """Who and as what; not what they were asked and answered."""
    rows = Contribution.objects.filter(session__conference=copying.source)
    Contribution.objects.bulk_create(
        Contribution(
            session_id=copying.twins[Session, row.session_id].pk,
            speaker_id=row.speaker_id,
            role=row.role,
            presented_as=row.presented_as,
            position=row.position,
        )
        for row in rows.order_by("pk")
    )
