"""Every kind of mail that the site sends, as it is read in each language."""

import re
from html.parser import HTMLParser

import pytest
from django.conf import settings

from recovery_network.mail import kinds, outbox, wording

HEALTH = re.compile(
    r"helse|sundhed|health|syk|sjuk|syg|patient|pasient|psyk|diagno|behov|needs|rus\b|brukar|bruker",
    re.IGNORECASE,
)
LANGUAGES = [code for code, _name in settings.LANGUAGES]
KINDS = kinds.every()


class Outline(HTMLParser):
    """What a mail program would have to fetch or run, and what it links to."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.links: list[str] = []
        self.attributes: list[str] = []
        self.language = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = dict(attrs)
        self.tags.append(tag)
        self.attributes += values
        if tag == "html":
            self.language = values.get("lang") or ""
        if tag == "a":
            self.links.append(values.get("href") or "")


@pytest.mark.django_db
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
class TestEachKind:
    def test_has_subject_text_and_html(self, kind: kinds.Kind, language: str) -> None:
        mail = outbox.render(kind=kind.name, language=language, context=kind.sample())
        assert mail.subject
        assert mail.text.strip()
        outline = Outline()
        outline.feed(mail.html)
        assert outline.language == language
        assert outline.tags.count("h1") == 1
        assert outline.tags.count("main") == 1

    def test_fetches_nothing_and_runs_nothing(self, kind: kinds.Kind, language: str) -> None:
        mail = outbox.render(kind=kind.name, language=language, context=kind.sample())
        outline = Outline()
        outline.feed(mail.html)
        assert not {"script", "img", "link", "iframe", "form", "object"} & set(outline.tags)
        assert not {"style", "onclick", "src"} & set(outline.attributes)
        assert "url(" not in mail.html
        assert all(
            link.startswith(("https://", "http://", "mailto:", "tel:")) for link in outline.links
        )

    def test_every_link_stands_in_the_text_too(self, kind: kinds.Kind, language: str) -> None:
        mail = outbox.render(kind=kind.name, language=language, context=kind.sample())
        outline = Outline()
        outline.feed(mail.html)
        missing = [
            link for link in outline.links if link.split(":", 1)[-1].lstrip("/") not in mail.text
        ]
        assert missing == []

    def test_subject_reveals_nothing_about_health(self, kind: kinds.Kind, language: str) -> None:
        mail = outbox.render(kind=kind.name, language=language, context=kind.sample())
        assert not HEALTH.search(mail.subject)
        assert mail.subject == wording.single_line(mail.subject)

    def test_sample_has_every_placeholder(self, kind: kinds.Kind, language: str) -> None:
        assert set(kind.placeholders) <= set(kind.sample())


def test_secret_kinds_cannot_be_reworded() -> None:
    """Their words carry codes and links that nobody but the recipient may see."""
    assert {kind.name: kind.placeholders for kind in KINDS if kind.secret} == {
        "account": (),
        "contact": (),
        "erased": (),
        "newsletter": (),
        "own_data": (),
        "sign_in_code": (),
    }
