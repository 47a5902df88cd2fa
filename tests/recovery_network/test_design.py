"""The rules of the look that no person should have to check by eye."""

import gzip
import re
from pathlib import Path

import pytest
from django import forms
from django.conf import settings
from django.template.loader import render_to_string
from django.test import RequestFactory
from django.utils.translation import override

from conferences.models import Conference

STATIC = settings.BASE_DIR / "static"
TEMPLATES = settings.BASE_DIR / "templates"
CSS = (STATIC / "css" / "site.css").read_text()
PICTURES = sorted((STATIC / "img").glob("*.svg"))
PAGES = [path for path in sorted(TEMPLATES.rglob("*.html")) if "mail" not in path.parts]

TEXT, PART = 4.5, 3.0
GROUNDS = ("paper", "raised", "sunken")
PAIRS = [
    *((text, ground, TEXT) for text in ("ink", "soft", "link", "accent") for ground in GROUNDS),
    *((part, ground, PART) for part in ("edge", "focus") for ground in GROUNDS),
    ("on-action", "action", TEXT),
    ("on-action", "action-hover", TEXT),
    ("on-panel", "panel", TEXT),
    ("panel-soft", "panel", TEXT),
    ("sun", "panel", TEXT),
    ("good", "good-ground", TEXT),
    ("warn", "warn-ground", TEXT),
    ("bad", "bad-ground", TEXT),
    ("bad", "paper", TEXT),
]


def colours(scheme: str) -> dict[str, str]:
    light, dark = re.findall(r":root \{(.*?)\n\s*\}", CSS, re.S)[:2]
    found = dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6});", light))
    return found if scheme == "light" else found | dict(re.findall(r"--([\w-]+): (#\w{6});", dark))


def luminance(colour: str) -> float:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """WCAG 2.2, "contrast ratio": 1 to 21."""
    lighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def test_contrast_is_counted_as_wcag_does() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#767676", "#ffffff") == pytest.approx(4.54, abs=0.01)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(("front", "ground", "least"), PAIRS)
def test_colours_can_be_told_apart(scheme: str, front: str, ground: str, least: float) -> None:
    palette = colours(scheme)
    assert contrast(palette[front], palette[ground]) >= least


def test_the_style_sheet_asks_no_one_for_anything() -> None:
    assert re.findall(r"url\(|@import|@font-face", CSS) == []


@pytest.mark.parametrize("picture", PICTURES, ids=lambda path: path.name)
def test_pictures_are_small_and_know_the_dark(picture: Path) -> None:
    drawing = picture.read_text()
    assert len(gzip.compress(drawing.encode())) <= 8_000
    assert re.findall(r"<script|<text|style=|href=\"(?!#)|on\w+=", drawing) == []
    assert "prefers-color-scheme" in drawing or picture.name == "favicon.svg"


@pytest.mark.parametrize("page", PAGES, ids=lambda path: str(path.relative_to(TEMPLATES)))
def test_templates_hold_no_inline_style_or_script(page: Path) -> None:
    markup = page.read_text()
    assert re.findall(r"\sstyle=|<style|\son[a-z]+=\"", markup) == []
    assert re.findall(r"<script(?![^>]*(?:src=|application/json))", markup) == []


@pytest.mark.parametrize("name", ["400", "403", "403_csrf", "404", "429"])
def test_pages_of_trouble_lead_on(name: str) -> None:
    with override("en"):
        page = render_to_string(f"{name}.html", request=RequestFactory().get("/en/nope/"))
    assert 'href="/en/"' in page
    assert 'href="/en/kontakt/"' in page


def test_the_page_of_a_failure_needs_nothing() -> None:
    with override("en"):
        assert "Something failed on our side" in render_to_string("500.html")


class Wish(forms.Form):
    token = forms.CharField(widget=forms.HiddenInput)
    name = forms.CharField(label="Name", help_text="As you like it.")
    kind = forms.ChoiceField(
        label="Kind", choices=[("a", "A"), ("b", "B")], widget=forms.RadioSelect
    )
    note = forms.CharField(label="Note", required=False)
    agree = forms.BooleanField(label="Agree")


class TestErrorSummary:
    def summary(self, form: forms.Form) -> str:
        with override("en"):
            return render_to_string("components/error_summary.html", {"form": form})

    def test_says_nothing_of_a_form_that_is_fresh_or_right(self) -> None:
        right = Wish({"token": "1", "name": "A", "kind": "a", "agree": "on"})
        assert [self.summary(Wish()).strip(), self.summary(right).strip()] == ["", ""]

    def test_takes_the_focus(self) -> None:
        assert 'tabindex="-1" autofocus' in self.summary(Wish({}))

    def test_links_each_error_to_its_first_control(self) -> None:
        found = re.findall(r'<a href="(#\w+)">([^<]+)</a>', self.summary(Wish({"token": "1"})))
        assert found == [
            ("#id_name", "Name – This field is required."),
            ("#id_kind_0", "Kind – This field is required."),
            ("#id_agree", "Agree – This field is required."),
        ]

    def test_tells_what_is_wrong_with_the_whole_without_a_link(self) -> None:
        form = Wish({"name": "A", "kind": "a", "agree": "on"})
        form.add_error(None, "Not now.")
        items = re.findall(r"<li>(.*?)</li>", self.summary(form))
        assert items == ["Not now.", "This field is required."]


class TestField:
    def field(self, name: str, data: dict[str, str] | None = None) -> str:
        with override("en"):
            return render_to_string("bootstrap5/field.html", {"field": Wish(data)[name]})

    def test_says_required_in_words(self) -> None:
        required = '<span class="asteriskField">* required</span>'
        assert [required in self.field(name) for name in ("name", "kind", "agree", "note")] == [
            True,
            True,
            True,
            False,
        ]

    def test_tells_help_and_error_before_the_control_and_ties_them_to_it(self) -> None:
        markup = self.field("name", {})
        places = [markup.index(part) for part in ("id_name_helptext", "id_name_error", "<input")]
        assert places == sorted(places)
        assert 'aria-describedby="id_name_helptext id_name_error"' in markup
        assert 'aria-invalid="true"' in markup

    def test_gathers_choices_under_a_legend(self) -> None:
        markup = self.field("kind")
        assert markup.count("<legend") == 1
        assert re.findall(r'<label for="(\w+)"', markup) == ["id_kind_0", "id_kind_1"]


@pytest.mark.parametrize(
    ("left", "full", "words"),
    [
        (None, False, "Registration is open."),
        (31, False, "Registration is open."),
        (30, False, "Registration is open. 30 places left."),
        (1, False, "Registration is open. One place left."),
        (0, True, "All places are taken. You can join the waiting list."),
    ],
)
def test_places_left_are_told_when_they_are_few(
    conference: Conference, left: int | None, full: bool, words: str
) -> None:
    places = {"left": left, "full": full}
    with override("en"):
        markup = render_to_string(
            "components/registration_state.html", {"conference": conference, "places": places}
        )
    sentence = re.search(r'<p class="registration-state">(.*?)</p>', markup, re.S)
    assert sentence is not None
    assert " ".join(sentence[1].split()).startswith(words)
    assert ("waiting list</a>" in markup) is full
