from datetime import datetime
from decimal import Decimal

from django import template
from django.http import HttpRequest
from django.utils import timezone
from django.utils.safestring import SafeString

from recovery_network import i18n, markup

register = template.Library()


@register.simple_tag
def money(amount: Decimal) -> str:
    return i18n.money(amount)


@register.filter
def clock(moment: datetime) -> str:
    return i18n.clock(moment)


@register.simple_tag
def time_range(start: datetime, end: datetime | None = None) -> str:
    return i18n.time_range(start, end)


@register.simple_tag
def date_long(moment: datetime) -> str:
    return i18n.date_long(moment)


@register.simple_tag
def date_span(start: datetime, end: datetime) -> str:
    return i18n.date_span(start, end)


@register.simple_tag
def date_short(moment: datetime) -> str:
    return i18n.date_short(moment)


@register.filter
def month(moment: datetime) -> str:
    return i18n.month(timezone.localtime(moment))


@register.simple_tag
def date_and_clock(moment: datetime) -> str:
    return i18n.date_and_clock(moment)


@register.filter
def markdown(text: str) -> SafeString:
    return markup.to_html(text)


@register.simple_tag(takes_context=True)
def translated_urls(context: template.Context) -> list[i18n.TranslatedUrl]:
    request: HttpRequest = context["request"]
    return i18n.translated_urls(request.path)
