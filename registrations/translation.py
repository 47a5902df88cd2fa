from modeltranslation.translator import TranslationOptions, register

from registrations.models import NeedKind, Tier


@register(Tier)
class TierTranslation(TranslationOptions):
    fields = ("name", "audience")


@register(NeedKind)
class NeedKindTranslation(TranslationOptions):
    fields = ("name",)
