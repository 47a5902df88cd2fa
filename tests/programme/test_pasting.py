"""What is read out of a pasted text or table, before anything is saved."""

import pytest

from programme.pasting import Found, Pasted, read

DAY = """Program:

Klokken 08.30 – 09.00: Registrering
Kaffen er klar.
Klokken 09.00 – 09.25: Velkommen
Musikk. Programlederne Pål Berger og Silje Tara Skram tar imot.
Klokken 09.25 – 10.15: Trussel, makt og mening
Tore Dag Bøe, professor ved Universitetet i Agder. Et rammeverk som spør hva som har skjedd.
Klokken 10.15 – 10.30: Pause
Klokken 10.30 – 11.15: Flere veier til recovery
Trond Aarre, psykiater i Helse Førde, i samtale med Pål Berger, prosjektleder i Blå Kors.
Klokken 13.00 –13.45: Opptrappingsplanen
Aasa Kvia og Linda Hetland Petersen, begge off. ph.d.-stipendiater ved UiS. De har lest retningslinjene.
Klokken 14.00 – 15.00: Samarbeid
Anna-Sabina Soggiu fra KORUS Oslo har skrevet en bok.
"""


def test_a_document_as_it_was_copied() -> None:
    assert read(DAY) == Pasted(
        [
            Found("08.30", "09.00", "Registrering", "registration", "", "", "Kaffen er klar."),
            Found(
                "09.00",
                "09.25",
                "Velkommen",
                "opening",
                "Pål Berger (programleder); Silje Tara Skram (programleder)",
                "",
                "Musikk. Programlederne Pål Berger og Silje Tara Skram tar imot.",
            ),
            Found(
                "09.25",
                "10.15",
                "Trussel, makt og mening",
                "talk",
                "Tore Dag Bøe, professor ved Universitetet i Agder",
                "",
                "Et rammeverk som spør hva som har skjedd.",
            ),
            Found("10.15", "10.30", "Pause", "break"),
            Found(
                "10.30",
                "11.15",
                "Flere veier til recovery",
                "talk",
                "Trond Aarre (samtale), psykiater i Helse Førde; "
                "Pål Berger (samtale), prosjektleder i Blå Kors",
            ),
            Found(
                "13.00",
                "13.45",
                "Opptrappingsplanen",
                "talk",
                "Aasa Kvia, off. ph.d.-stipendiater ved UiS; "
                "Linda Hetland Petersen, off. ph.d.-stipendiater ved UiS",
                "",
                "De har lest retningslinjene.",
            ),
            Found(
                "14.00",
                "15.00",
                "Samarbeid",
                "talk",
                "Anna-Sabina Soggiu, KORUS Oslo",
                "",
                "Anna-Sabina Soggiu fra KORUS Oslo har skrevet en bok.",
            ),
        ],
        ["Program:"],
    )


@pytest.mark.parametrize(
    ("line", "found"),
    [
        ("09.15-09.30 Velkomst", ("09.15", "09.30", "Velkomst", "opening")),
        ("Kl. 9–9.30 Frokost", ("9", "9.30", "Frokost", "meal")),
        ("kl 9 til 10: Workshop om mod", ("9", "10", "Workshop om mod", "workshop")),
        ("• 14:00 – Tak for i dag", ("14:00", "", "Tak for i dag", "closing")),
        ("12.30 Panel", ("12.30", "", "Panel", "debate")),
        ("  10.00—10.15\tPause", ("10.00", "10.15", "Pause", "break")),
    ],
)
def test_a_line_begins_with_a_time(line: str, found: tuple[str, str, str, str]) -> None:
    (row,) = read(f"{line}\nMer.\n").rows
    assert (row.start, row.end, row.title, row.kind) == found


@pytest.mark.parametrize(
    "line", ["3 grunner til å komme", "Torsdag 18. april", "2024", "500 kroner", "Program", ""]
)
def test_a_line_without_a_time_begins_nothing(line: str) -> None:
    assert read(line) == Pasted([], [line] if line else [])


def test_a_title_may_stand_on_the_next_line() -> None:
    assert read("09.00 – 09.30:\nVelkommen\nKaffe.").rows == [
        Found("09.00", "09.30", "Velkommen", "opening", "", "", "Kaffe.")
    ]


def test_a_table_with_heads_in_any_order() -> None:
    table = 'Rom\tHvem\tFra\tTil\tTittel\nSalen\tKari Innleder, lege\t9:00\t9:30\t"Å bo"\nLunsj?\t\t\t\t\n'
    assert read(table) == Pasted(
        [Found("9:00", "9:30", "Å bo", "talk", "Kari Innleder, lege", "Salen")], ["Lunsj?"]
    )


@pytest.mark.parametrize(
    ("table", "rows"),
    [
        ("09.00\t09.30\tÅ bo\tKari", [Found("09.00", "09.30", "Å bo", "talk", "Kari")]),
        ("09.00–09.30\tÅ bo\tKari\tSalen", [Found("09.00", "09.30", "Å bo", "talk", "Kari", "Salen")]),
        ("09.00\tÅ bo", [Found("09.00", "", "Å bo")]),
        ("Tid\tProgram\tType\n10.00\tSamling\tworkshop", [Found("10.00", "", "Samling", "workshop")]),
    ],
)  # fmt: skip
def test_a_table_without_heads_or_with_few(table: str, rows: list[Found]) -> None:
    assert read(table) == Pasted(rows, [])


@pytest.mark.parametrize(
    "text", ["", "\x00\x00", "\t\t\t", "09.00" * 5000, "9" * 50000, "- " * 20000, "A a " * 9000]
)
def test_rubbish_is_read_quickly_and_never_an_error(text: str) -> None:
    read(text)
