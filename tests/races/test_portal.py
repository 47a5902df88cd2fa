"""Two windows of one contributor save at the same moment: one is kept, the other is told."""

import threading
from contextlib import suppress
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from programme.actions import answering
from programme.errors import ProgrammeError
from programme.models import SpeakerInvitation
from tests import factories

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.postgresql]


@pytest.fixture
def invitation(transactional_db: None) -> SpeakerInvitation:
    conference = factories.make_conference()
    speaker = factories.make_contribution(factories.make_session(conference)).speaker
    return SpeakerInvitation.objects.create(
        conference=conference, speaker=speaker, answer_by=timezone.now() + timedelta(days=9)
    )


def save_in_two_windows(invitation: SpeakerInvitation) -> list[str]:
    """What became of each; both begin when the other has looked, or as soon as it is held up."""
    looked = threading.Barrier(2)
    outcomes: list[str] = []

    def pause(held: Any) -> Any:
        def look(pk: int) -> SpeakerInvitation:
            found: SpeakerInvitation = held(pk)
            with suppress(threading.BrokenBarrierError):
                looked.wait(timeout=1)
            return found

        return look

    def save(text: str) -> None:
        try:
            answering.give_need(invitation=invitation, version=0, text=text)
            outcomes.append("saved")
        except ProgrammeError as refusal:
            outcomes.append(refusal.code)
        finally:
            connection.close()

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(answering, "held", pause(vars(answering)["held"]))
        threads = [threading.Thread(target=save, args=[text]) for text in ("en", "to")]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(timeout=20)
    return sorted(outcomes)


def test_one_is_kept_and_the_other_is_told(invitation: SpeakerInvitation) -> None:
    assert save_in_two_windows(invitation) == ["changed_meanwhile", "saved"]


def test_control_without_the_lock_both_are_kept(
    invitation: SpeakerInvitation, monkeypatch: pytest.MonkeyPatch
) -> None:
    def unlocked(pk: int) -> SpeakerInvitation:
        rows = SpeakerInvitation.objects.select_related("conference", "speaker")
        return rows.get(pk=pk)

    monkeypatch.setattr(answering, "held", unlocked)
    assert "changed_meanwhile" not in save_in_two_windows(invitation)
