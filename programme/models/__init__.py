from programme.models.block import ChoiceBlock
from programme.models.imported import ImportedSession, ImportedSpeaker
from programme.models.invitation import (
    SpeakerInvitation,
    SpeakerNeed,
    TalkProposal,
    proposed_picture_name,
)
from programme.models.material import Material, material_name
from programme.models.session import Contribution, Session
from programme.models.speaker import Speaker, picture_name
from programme.models.track import Track
from programme.models.version import ProgrammeVersion

# Migrations name the functions here.
__all__ = [
    "ChoiceBlock",
    "Contribution",
    "ImportedSession",
    "ImportedSpeaker",
    "Material",
    "ProgrammeVersion",
    "Session",
    "Speaker",
    "SpeakerInvitation",
    "SpeakerNeed",
    "TalkProposal",
    "Track",
    "material_name",
    "picture_name",
    "proposed_picture_name",
]
