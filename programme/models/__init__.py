from programme.models.session import Contribution, Session
from programme.models.speaker import Speaker, picture_name
from programme.models.track import Track
from programme.models.version import ProgrammeVersion

# The first migration names `picture_name` here.
__all__ = ["Contribution", "ProgrammeVersion", "Session", "Speaker", "Track", "picture_name"]
