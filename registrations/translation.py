from modeltranslation.translator import TranslationOptions, register

from registrations.models import Tier


@register(Tier)
class TierTranslation(TranslationOptions):
    fields = ("name", "audience")
