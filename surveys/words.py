"""Texts that organisers write in up to four languages, and how they are read in one of them."""

from collections.abc import Mapping
from typing import Any, NamedTuple

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from network.validators import validate_plain_text

# Where a language is missing, the next of these that is there is read instead.
FALLBACK = ("nb", "da", "nn", "en")
MOST_CHARACTERS = 4000

Words = dict[str, str]


class Said(NamedTuple):
    """A text as someone reads it; `lang` is its language where that isn't the reader's own."""

    text: str
    lang: str = ""

    def __bool__(self) -> bool:
        return bool(self.text)

    def __str__(self) -> str:
        return self.text


def say(words: Mapping[str, str], language: str | None = None) -> Said:
    """`words` in `language` (the active one unless told), else in the nearest language they have."""
    wanted = language or get_language() or settings.LANGUAGE_CODE
    for code in (wanted, *FALLBACK):
        if words.get(code):
            return Said(words[code], "" if code == wanted else code)
    return Said("")


def missing(words: Mapping[str, str]) -> list[str]:
    """The languages that a text which exists in some language lacks."""
    return [code for code in settings.LANGUAGE_NAMES if any(words.values()) and not words.get(code)]


def tidied(words: Mapping[str, str]) -> Words:
    """Without empty languages and without spaces around."""
    return {code: text.strip() for code, text in words.items() if text.strip()}


def validate_words(words: Any) -> None:
    if not isinstance(words, dict) or not all(
        code in settings.LANGUAGE_NAMES and isinstance(text, str) for code, text in words.items()
    ):
        raise ValidationError(_("Write the text for each language of the site."))
    for text in words.values():
        if len(text) > MOST_CHARACTERS:
            raise ValidationError(
                _("Write at most %(count)d characters.") % {"count": MOST_CHARACTERS}
            )
        validate_plain_text(text)


class WordsField(models.JSONField):
    """{"nb": "Hva hjalp deg?", "en": "What helped you?"}: one column for all languages of a text."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"default": dict, "validators": [validate_words], **kwargs})

    def deconstruct(self) -> Any:
        name, path, args, kwargs = super().deconstruct()
        del kwargs["default"]
        kwargs.pop("validators", None)
        return name, path, args, kwargs
