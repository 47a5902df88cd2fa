from django import template
from django.utils.translation import get_language

from newsletter.letters import language_for
from newsletter.models import Letter, LetterText

register = template.Library()


@register.simple_tag
def text_of(letter: Letter) -> LetterText:
    """The letter's words in the reader's language where they are written, else in the original."""
    texts = {text.language: text for text in letter.texts.all()}
    return texts[language_for(get_language() or "nb", texts, letter.language)]
