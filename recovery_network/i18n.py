"""Times, dates, prices and addresses as people in each language write them."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from django.conf import settings
from django.urls import translate_url
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import get_language, override
from django.utils.translation import gettext as _


def is_english() -> bool:
    return (get_language() or "").startswith("en")


def clock(moment: datetime) -> str:
    """09.00 in the Nordic languages, 09:00 in English; in the active time zone."""
    return timezone.localtime(moment).strftime("%H:%M" if is_english() else "%H.%M")


def time_range(start: datetime, end: datetime | None) -> str:
    """kl. 09.00–09.25 with an en dash; kl. 09.00 where the end isn't known."""
    span = clock(start) if end is None else f"{clock(start)}–{clock(end)}"
    return span if is_english() else f"kl. {span}"


def date_long(moment: datetime) -> str:
    """torsdag 18. april 2024; Thursday 18 April 2024 in English."""
    return written(timezone.localtime(moment), nordic="l j. F Y", english="l j F Y")


def date_span(start: datetime, end: datetime) -> str:
    """The one date, or torsdag 18. april – fredag 19. april 2024; the year of the first where it differs."""
    first, last = timezone.localtime(start), timezone.localtime(end)
    if first.date() == last.date():
        return date_long(start)
    if first.year != last.year:
        return f"{date_long(start)} – {date_long(end)}"
    return f"{written(first, nordic='l j. F', english='l j F')} – {date_long(end)}"


def date_short(moment: datetime) -> str:
    """18. april 2024; 18 April 2024 in English."""
    return day_short(timezone.localtime(moment))


def day_short(day: date) -> str:
    """As date_short(), of a day that no clock belongs to."""
    return written(day, nordic="j. F Y", english="j F Y")


def month(moment: date) -> str:
    """apr 2024; Apr 2024 in English."""
    return written(moment, nordic="M Y", english="M Y")


def day_of_month(moment: date) -> str:
    """18. apr; 18 Apr in English."""
    return written(moment, nordic="j. M", english="j M")


def written(moment: date, *, nordic: str, english: str) -> str:
    """Names of days and months have no capital in the Nordic languages."""
    return date_format(moment, english) if is_english() else date_format(moment, nordic).lower()


def date_and_clock(moment: datetime) -> str:
    return f"{date_long(moment)}, {time_range(moment, None)}"


def money(amount: Decimal) -> str:
    """Norwegian kroner: 500 kr, 1 250,50 kr; NOK 500 in English; "free" where nothing is paid."""
    if not amount:
        return _("free")
    whole = amount == amount.to_integral_value()
    text = f"{amount:,.0f}" if whole else f"{amount:,.2f}"
    if is_english():
        return f"NOK {text}"
    return text.replace(",", "\N{NO-BREAK SPACE}").replace(".", ",") + "\N{NO-BREAK SPACE}kr"


def percent(share: Decimal) -> str:
    """50 %, 12,5 %; 12.5% in English."""
    text = f"{share.normalize():f}"
    return f"{text}%" if is_english() else text.replace(".", ",") + "\N{NO-BREAK SPACE}%"


@contextmanager
def in_zone(name: str) -> Iterator[None]:
    with timezone.override(ZoneInfo(name)):
        yield


@dataclass(frozen=True)
class TranslatedUrl:
    code: str
    name: str
    url: str
    current: bool


def translated_urls(path: str) -> list[TranslatedUrl]:
    """The same page in each language, in the order of LANGUAGES; no query string."""
    current = get_language()
    return [
        TranslatedUrl(code, settings.LANGUAGE_NAMES[code], localised(path, code), code == current)
        for code, _name in settings.LANGUAGES
    ]


def localised(path: str, language: str) -> str:
    """`path` behind the prefix of `language`; nb has none."""
    url: str = translate_url(path, language)
    return url


def address_in(path: str, language: str) -> str:
    """The page at `path`, which is its address in Bokmål, in `language`."""
    return path if language in {"", settings.LANGUAGE_CODE} else f"/{language}{path}"


def in_every_language(text: object) -> str:
    """What `text`, which is translated when it is read, says in each of our languages."""
    said = []
    for code, _name in settings.LANGUAGES:
        with override(code):
            said.append(str(text))
    return " ".join(dict.fromkeys(said))


@contextmanager
def speaking(language: str) -> Iterator[None]:
    """Everything inside speaks `language`, or Bokmål where it isn't one of ours."""
    with override(language if language in settings.LANGUAGE_NAMES else settings.LANGUAGE_CODE):
        yield
