"""Reads a programme out of what was copied from a document, a mail or a spreadsheet. Pure.

It guesses, and the organiser sees each guess before anything is written: what a row is, who is named in it,
and which lines meant nothing.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from programme.models import Contribution, Session

Kind = Session.Kind
Role = Contribution.Role

MOST_LINES = 1000
TIME = r"\d{1,2}(?:[.:]\d{2})?"
SPAN = re.compile(
    rf"(?:kl(?:okken|okka)?\b\.?\s*)?(?P<start>{TIME})(?:\s*(?:[-–—]|til|to)\s*(?:kl\.?\s*)?(?P<end>{TIME}))?",
    re.IGNORECASE,
)
# A line that begins with a lone number is no session: "3 grunner til å komme".
LINE = re.compile(
    rf"[\s•*·-]*(?:(?P<word>kl(?:okken|okka)?\b\.?)\s*)?(?P<start>{TIME})(?:\s*(?:[-–—]|til|to)\s*(?:kl\.?\s*)?(?P<end>{TIME}))?"
    r"\s*(?:[:;,|–—-]\s*)?(?P<title>.*)",
    re.IGNORECASE,
)
NAME = r"[A-ZÆØÅ][\w’'-]*(?:\s+[A-ZÆØÅ][\w’'.-]*){1,3}"
NAMES = rf"{NAME}(?:(?:\s*,\s*|\s+(?:og|and|&)\s+){NAME})*"
HOSTS = re.compile(
    rf"(?:[Pp]rogramleder(?:ne|en)?|[Kk]onferansier(?:ene)?|[Vv]ert(?:er|ene)?)\s+(?P<names>{NAMES})"
)
BEGINS_WITH_NAMES = re.compile(rf"(?P<names>{NAMES})(?P<rest>\s*[,–—:]|\s+fra\s|\s*$)")
FROM = re.compile(r"\s*(?:[A-ZÆØÅ][\w-]*\s?)+")
IN_CONVERSATION = re.compile(r",?\s+(?:i samtale med|in conversation with)\s+", re.IGNORECASE)
# A full stop ends a sentence where a capital follows and no abbreviation stands before.
SENTENCE = re.compile(r"(?<!\boff)(?<!\bbl)(?<!\bdr)(?<!\bkl)\.(?=\s+[A-ZÆØÅ]|\s*$)")

KINDS: tuple[tuple[str, Session.Kind], ...] = (
    (r"registrering|registration|innsjekk|indtjekning|dørene åpner", Kind.REGISTRATION),
    (r"lunsj|lunch|middag|frokost|måltid|dinner|aftensmad", Kind.MEAL),
    (r"pause|break|kaffe|coffee", Kind.BREAK),
    (r"velkom|åpning|opning|åbning|welcome|opening", Kind.OPENING),
    (r"workshop|verksted|verkstad|værksted", Kind.WORKSHOP),
    (r"debatt|debat|panel", Kind.DEBATE),
    (r"samtale|conversation", Kind.CONVERSATION),
    (r"musikk|musik|music|konsert|koncert", Kind.MUSIC),
    (r"avslutning|afslutning|avslutting|takk for|tak for i dag|closing", Kind.CLOSING),
)

HEADS: dict[str, tuple[str, ...]] = {
    "span": ("tid", "time", "tidspunkt", "klokkeslett", "klokken", "kl", "når"),
    "start": ("fra", "frå", "start", "from", "starter", "begynner", "begynder"),
    "end": ("til", "slutt", "slut", "to", "end", "ends"),
    "title": ("tittel", "titel", "title", "hva", "kva", "hvad", "program", "programme", "tema", "økt", "session"),
    "people": ("hvem", "kven", "innleder", "innledere", "foredragsholder", "oplægsholder", "bidragsytere", "contributors", "speaker", "speakers", "who"),
    "room": ("rom", "rum", "lokale", "sted", "stad", "room", "sal"),
    "kind": ("type", "slag", "kind", "format"),
    "abstract": ("beskrivelse", "om", "omtale", "innhold", "indhold", "description", "abstract"),
}  # fmt: skip


@dataclass(frozen=True)
class Found:
    """A row as it was understood; texts as the table takes them."""

    start: str
    end: str = ""
    title: str = ""
    kind: str = Kind.TALK
    people: str = ""
    room: str = ""
    abstract: str = ""


@dataclass(frozen=True)
class Pasted:
    rows: Sequence[Found] = field(default_factory=list)
    unread: Sequence[str] = field(default_factory=list)


def read(text: str) -> Pasted:
    """The rows in `text`, and the lines that belong to none."""
    lines = [line.rstrip() for line in text.replace("\r\n", "\n").replace("\r", "\n").split("\n")]
    lines = [line for line in lines[:MOST_LINES] if line.strip()]
    return read_table(lines) if is_table(lines) else read_text(lines)


def is_table(lines: Sequence[str]) -> bool:
    with_tabs = sum("\t" in line for line in lines)
    return with_tabs * 2 > len(lines)


def read_text(lines: Sequence[str]) -> Pasted:
    """A line that begins with a time begins a row; what follows it tells more about that row."""
    rows: list[tuple[Found, list[str]]] = []
    unread: list[str] = []
    for line in lines:
        begun = begins(line)
        if begun is not None:
            rows.append((begun, []))
        elif rows:
            rows[-1][1].append(line.strip())
        else:
            unread.append(line.strip())
    return Pasted([complete(row, more) for row, more in rows], unread)


def begins(line: str) -> Found | None:
    found = LINE.fullmatch(line)
    if found is None:
        return None
    whole_hours = not re.search(r"[.:]", found["start"])
    if (
        whole_hours
        and not found["word"]
        and not (found["end"] and re.search(r"[.:]", found["end"]))
    ):
        return None
    return Found(found["start"], found["end"] or "", " ".join(found["title"].split()))


def complete(row: Found, more: Sequence[str]) -> Found:
    """A row without a title takes the next line; who is named in the rest is picked out."""
    rest = list(more)
    title = row.title or (rest.pop(0) if rest else "")
    people, abstract = people_in("\n".join(rest))
    title = title.strip(" .:–-")
    return replace(row, title=title[:200], kind=kind_of(title), people=people, abstract=abstract)


def kind_of(title: str) -> Session.Kind:
    for words, kind in KINDS:
        if re.search(words, title, re.IGNORECASE):
            return kind
    return Kind.TALK


def people_in(text: str) -> tuple[str, str]:
    """Who is named at the beginning of a description, as mentions.read() takes it, and what is left of it."""
    if not text:
        return "", ""
    hosts = HOSTS.search(text)
    if hosts:
        return "; ".join(f"{name} (programleder)" for name in names_in(hosts["names"])), text
    ends = SENTENCE.search(text.split("\n", 1)[0])
    first = text[: ends.start()] if ends else text.split("\n", 1)[0]
    rest = text[len(first) :].lstrip(" .\n")
    parts = IN_CONVERSATION.split(first)
    role = " (samtale)" if len(parts) > 1 else ""
    people, whole = [], True
    for part in parts:
        named = BEGINS_WITH_NAMES.match(part)
        if named is None:
            return "", text
        after = part[named.end("names") :].strip(" ,–—:")
        if named["rest"].strip() == "fra":
            home = FROM.match(part[named.end() :])
            after, whole = (home[0].strip() if home else ""), False
        elif named["rest"].strip() in {"–", "—", ":"}:
            after, whole = "", False
        after = re.sub(r"^(?:begge|both)\s+", "", after)
        people += [
            f"{name}{role}, {after}" if after else f"{name}{role}"
            for name in names_in(named["names"])
        ]
    return "; ".join(people), rest if whole else text


def names_in(text: str) -> list[str]:
    return [name.strip() for name in re.split(r"\s*,\s*|\s+(?:og|and|&)\s+", text) if name.strip()]


def read_table(lines: Sequence[str]) -> Pasted:
    """Cells between tabs, with or without a row of heads."""
    cells = [[cell.strip().strip('"') for cell in line.split("\t")] for line in lines]
    heads = heads_of(cells[0])
    rows: list[Found] = []
    unread: list[str] = []
    for line, row in zip(lines[1:] if heads else lines, cells[1:] if heads else cells, strict=True):
        found = from_cells(row, heads or guess(row))
        if found is None:
            unread.append(line.strip())
        else:
            rows.append(found)
    return Pasted(rows, unread)


def heads_of(row: Sequence[str]) -> dict[str, int] | None:
    """Which column is what; None where the first row has no heads."""
    found: dict[str, int] = {}
    for index, cell in enumerate(row):
        word = cell.casefold().strip(" :.")
        for name, words in HEADS.items():
            if word in words and name not in found:
                found[name] = index
    return found if "title" in found and ("span" in found or "start" in found) else None


def guess(row: Sequence[str]) -> dict[str, int]:
    """Time or times first, then title, people and room."""
    times = 2 if len(row) > 1 and SPAN.fullmatch(row[1]) and SPAN.fullmatch(row[0]) else 1
    order = ["span"] if times == 1 else ["start", "end"]
    return {name: index for index, name in enumerate([*order, "title", "people", "room"])}


def from_cells(row: Sequence[str], heads: dict[str, int]) -> Found | None:
    def cell(name: str) -> str:
        index = heads.get(name)
        return row[index] if index is not None and index < len(row) else ""

    span = SPAN.fullmatch(cell("span") or cell("start"))
    title = cell("title")
    if span is None or not title:
        return None
    end = SPAN.fullmatch(cell("end"))
    return Found(
        start=span["start"],
        end=(end["start"] if end else span["end"]) or "",
        title=title[:200],
        kind=named_kind(cell("kind")) or kind_of(title),
        people=cell("people"),
        room=cell("room"),
        abstract=cell("abstract"),
    )


def named_kind(text: str) -> str:
    """The kind that a cell names, if it does."""
    return kind_of(text) if text and kind_of(text) != Kind.TALK else ""
