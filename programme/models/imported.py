from django.db import models

from conferences.models import Conference
from programme.models.speaker import Speaker


class ImportedSession(models.Model):
    """Which session another system's session became, so that importing again makes no double.

    Ours is named by its guid and not by its row: a version that is brought back makes the row anew.
    """

    conference = models.ForeignKey(
        Conference, models.CASCADE, related_name="imported_sessions", editable=False
    )
    guid = models.UUIDField()
    session_guid = models.UUIDField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["conference", "guid"], name="imported_session_guid_unique"
            )
        ]

    def __str__(self) -> str:
        return str(self.guid)


class ImportedSpeaker(models.Model):
    """Who another system's person is here."""

    conference = models.ForeignKey(
        Conference, models.CASCADE, related_name="imported_speakers", editable=False
    )
    identity = models.CharField(max_length=140)
    speaker = models.ForeignKey(Speaker, models.CASCADE, related_name="imports", editable=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["conference", "identity"], name="imported_speaker_identity_unique"
            )
        ]

    def __str__(self) -> str:
        return str(self.speaker)
