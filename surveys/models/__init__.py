from surveys.models.answers import Answer, Envelope, Response, Signature
from surveys.models.invitations import Draft, Invitation, OptOut
from surveys.models.questionnaire import Option, Question, QuestionVersion, Section
from surveys.models.survey import Survey
from surveys.models.tallies import Tally, TallyCell, Theme

__all__ = [
    "Answer",
    "Draft",
    "Envelope",
    "Invitation",
    "OptOut",
    "Option",
    "Question",
    "QuestionVersion",
    "Response",
    "Section",
    "Signature",
    "Survey",
    "Tally",
    "TallyCell",
    "Theme",
]
