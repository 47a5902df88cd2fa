from programme.admin.block import BlockInline
from programme.admin.session import SessionAdmin, SessionInline
from programme.admin.speaker import SpeakerAdmin
from programme.admin.track import TrackInline

__all__ = ["BlockInline", "SessionAdmin", "SessionInline", "SpeakerAdmin", "TrackInline"]
