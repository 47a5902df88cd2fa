from newsletter.models.letter import Letter, LetterText
from newsletter.models.subscription import SubscribeRequest, Subscription
from newsletter.models.suppression import Suppression

__all__ = ["Letter", "LetterText", "SubscribeRequest", "Subscription", "Suppression"]
