"""One template of the test's own, so that it stands whatever the documents of the site become."""

from pathlib import Path

import pytest
import typst
from hypothesis import given, settings
from hypothesis import strategies as st

from recovery_network import pdf

TEMPLATE = """
= #data.heading
#data.text
"""


@pytest.fixture(autouse=True)
def template(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "pdf"
    folder.mkdir()
    (folder / "base.typ").write_text((pdf.TEMPLATES / "base.typ").read_text())
    (folder / "letter.typ").write_text(TEMPLATE)
    monkeypatch.setattr(pdf, "TEMPLATES", folder)
    return folder / "letter.typ"


def made(text: str = "Hei", *, title: str = "Brev", language: str = "nb") -> bytes:
    data = {"heading": "Overskrift", "text": text}
    return pdf.compile_template("letter", data, title=title, language=language)


def test_is_tagged_with_a_title_and_a_language() -> None:
    found = made(title="Program", language="nn")
    assert found.startswith(b"%PDF-1.7")
    assert b"/MarkInfo" in found
    assert b"/StructTreeRoot" in found
    assert b"/Lang(nn)" in found.replace(b" ", b"")
    assert b"/DisplayDocTitle true" in found
    assert b"<pdfuaid:part>1</pdfuaid:part>" in found
    assert b">Program</rdf:li>" in found


def test_is_the_same_every_time() -> None:
    assert made() == made()
    assert made() != made("Hallo")


@pytest.mark.parametrize("text", ["#panic()", '"); #panic("', '= Hei\n#include "x"', "\\ { $ ] *"])
def test_what_people_write_is_never_source(text: str) -> None:
    assert made(text, title=text) != made("Hei")


def test_reads_no_file(template: Path) -> None:
    for path in ("/etc/hostname", "base.typ", "../base.typ"):
        template.write_text(f'#read("{path}")')
        with pytest.raises(typst.TypstError):
            made()


def test_what_would_be_unreadable_for_some_is_refused(template: Path) -> None:
    template.write_text(
        '#image(bytes("<svg xmlns=\\"http://www.w3.org/2000/svg\\"/>"), format: "svg")'
    )
    with pytest.raises(typst.TypstError, match="PDF/UA-1"):
        made()


def test_every_sign_that_is_said_to_be_shown_is() -> None:
    signs = [sign for sign in map(chr, range(0x10000)) if pdf.showable(sign) == sign]
    assert len(signs) > 2000
    made(" ".join(signs))


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("æøåÆØÅ – «é» “½” € čšŋđŧž", "æøåÆØÅ – «é» “½” € čšŋđŧž"),
        ("e\u0301", "é"),
        ("a\u200bb\u00adc\x07d\ufeff", "abcd"),
        ("Hei 🙂 日", "Hei \ufffd \ufffd"),
    ],
)
def test_other_signs_are_left_out_or_replaced(typed: str, shown: str) -> None:
    assert pdf.showable({"a": [typed, (typed, 1, None)]}) == {"a": [shown, [shown, 1, None]]}
    made(typed, title=typed)


@settings(max_examples=15, deadline=None)
@given(text=st.text(max_size=200), title=st.text(max_size=60))
def test_whatever_is_typed_becomes_a_pdf(text: str, title: str) -> None:
    data = {"heading": "Overskrift", "text": text}
    assert pdf.compile_template("letter", data, title=f"x{title}", language="da")
