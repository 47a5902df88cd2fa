from programme.models.block import ChoiceBlock
from programme.models.imported import ImportedSession, ImportedSpeaker
from programme.models.material import Material, material_name
from programme.models.session import Contribution, Session
from programme.models.speaker import Speaker, picture_name
from programme.models.track import Track
from programme.models.version import ProgrammeVersion

# Migrations name the two functions here.
__all__ = [
    "ChoiceBlock",
    "Contribution",
    "ImportedSession",
    "ImportedSpeaker",
    "Material",
    "ProgrammeVersion",
    "Session",
    "Speaker",
    "Track",
    "material_name",
    "picture_name",
]
