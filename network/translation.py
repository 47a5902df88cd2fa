from modeltranslation.translator import TranslationOptions, register

from network.models import Topic


@register(Topic)
class TopicTranslation(TranslationOptions):
    fields = ("name",)
