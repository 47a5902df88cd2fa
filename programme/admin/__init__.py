from programme.admin.session import SessionAdmin, SessionInline
from programme.admin.speaker import SpeakerAdmin
from programme.admin.track import TrackInline

__all__ = ["SessionAdmin", "SessionInline", "SpeakerAdmin", "TrackInline"]
