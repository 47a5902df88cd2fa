"""A letter as mail and as page: its words, what it points to, who gets it, and how they get rid of it."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from conferences.calendars import absolute, place
from conferences.models import Conference
from network.models import Article
from newsletter import mails
from newsletter.models import Letter, LetterText, Subscription, Suppression
from recovery_network import i18n
from recovery_network.mail import kinds, outbox
from recovery_network.mail.models import Mail
from recovery_network.markup import to_html, to_text

KIND = "newsletter"
# Stands in the words that are made once for all, where each one's own key comes.
PLACEHOLDER = "key-of-the-one-who-gets-this-mail"


@dataclass(frozen=True)
class Pointer:
    """A piece of news or a gathering that a letter points to."""

    title: str
    words: str
    url: str
    language: str


def declare() -> None:
    """Secret: staff never read the links of others, and the copies are blanked when they have left."""
    kinds.register(
        kinds.Kind(name=KIND, label=_("Newsletter"), sample=sample, secret=True, headers=headers)
    )


def audience(letter: Letter) -> QuerySet[Subscription]:
    """Who would get the letter now, in the order in which they subscribed."""
    stopped = Suppression.objects.in_force().filter(email__iexact=OuterRef("email"))
    found = Subscription.objects.filter(~Exists(stopped)).order_by("pk")
    topics = list(letter.topics.values_list("pk", flat=True))
    if not topics:
        return found
    chosen = Subscription.topics.through.objects.filter(subscription=OuterRef("pk"))
    return found.filter(Q(Exists(chosen.filter(topic__in=topics))) | ~Exists(chosen))


def language_for(wished: str, written: Collection[str], original: str) -> str:
    """Their own where it is written, Bokmål for Nynorsk, else the original."""
    for language in (wished, "nb" if wished == "nn" else wished):
        if language in written:
            return language
    return original


def pointers(letter: Letter, language: str) -> dict[str, list[Pointer]]:
    """What is public of what the letter points to, each in the language it is written in."""
    articles = Article.objects.published().filter(letters=letter)
    gatherings = Conference.objects.public().filter(letters=letter).select_related("venue")
    with i18n.speaking(language):
        return {
            "articles": [news(article) for article in articles],
            "gatherings": [gathering(each) for each in gatherings.order_by("starts_at")],
        }


def news(article: Article) -> Pointer:
    address = absolute(article.get_absolute_url())
    return Pointer(article.title, article.lead, address, article.language)


def gathering(conference: Conference) -> Pointer:
    with i18n.in_zone(conference.time_zone):
        parts = [i18n.date_span(conference.starts_at, conference.ends_at), place(conference)]
    address = absolute(conference.get_absolute_url())
    return Pointer(conference.title, " · ".join(filter(None, parts)), address, conference.language)


def rendered(letter: Letter, text: LetterText, *, key: str) -> outbox.Rendered:
    """The mail in one language, for the one whose key it is."""
    return outbox.render(kind=KIND, language=text.language, context=context(letter, text, key=key))


def queue_test(letter: Letter, text: LetterText, *, to: str, nonce: str) -> Mail | None:
    """A mail to its writer, whose links lead nowhere: there is no subscription behind them."""
    return outbox.queue(
        kind=KIND,
        to=to,
        language=text.language,
        context=context(letter, text, key="proeve"),
        key=f"newsletter:{letter.pk}:test:{nonce}:{text.language}",
    )


def context(letter: Letter, text: LetterText, *, key: str) -> Mapping[str, Any]:
    return words(text) | pointers(letter, text.language) | mails.links(key, text.language)


def words(text: LetterText) -> dict[str, Any]:
    body = with_whole_addresses(text.body)
    return {
        "letter_subject": text.subject,
        # Markdown reads well as it is, and keeps the addresses of its links.
        "letter_text": body if "](" in body or "<http" in body else to_text(body),
        "letter_html": to_html(body),
    }


def with_whole_addresses(body: str) -> str:
    """Links to pages of ours need the site's name when they are read elsewhere."""
    return body.replace("](/", f"]({settings.SITE_URL}/")


def about(subscription: int) -> str:
    return f"newsletter.subscription:{subscription}"


def headers(mail: Mail) -> dict[str, str]:
    """One press in the mail program unsubscribes, without opening a page (RFC 8058)."""
    name, _colon, number = mail.about.partition(":")
    if name != "newsletter.subscription":
        return {}
    key = Subscription.objects.filter(pk=number).values_list("key", flat=True).first()
    if key is None:
        return {}
    address = mails.absolute("newsletter_unsubscribe", key, mail.language)
    return {
        "List-Unsubscribe": f"<{address}>",
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
        "List-Id": f"<newsletter.{urlsplit(settings.SITE_URL).hostname}>",
        "Precedence": "bulk",
    }


def sample() -> Mapping[str, Any]:
    text = LetterText(
        language="nb", subject="Nytt fra nettverket", body="Hei.\n\nVi **møtes** snart."
    )
    return words(text) | {
        "articles": [Pointer("Fem sentre", "Kort.", "https://example.org/aktuelt/fem/", "nb")],
        "gatherings": [
            Pointer("Konferansen", "2. mai 2030", "https://example.org/arrangementer/k/", "nb")
        ],
        **mails.links("0" * 32, "nb"),
    }
