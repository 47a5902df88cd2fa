"""What each app lets people find, said by the app itself."""

import hashlib
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import astuple, dataclass, field
from datetime import UTC, date, datetime

from django.utils.functional import Promise

# The names of what everything else hangs on; see Source.follows.
CONFERENCE = "conference"
# When pages are shown from that have no date of publishing.
ALWAYS = datetime(2000, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Document:
    """A page that everyone may read, from `shown_from` on. Texts are plain, the path is that in Bokmål."""

    object_id: int
    path: str
    title: str
    language: str
    shown_from: datetime
    lead: str = ""
    body: str = ""
    # Also found by these, but never shown: other names, who made it.
    also: str = ""
    context: str = ""
    dated_on: date | None = None
    # The row of another app that it goes with; see Source.follows.
    belongs_to: int | None = None

    def fingerprint(self) -> str:
        return hashlib.sha256(repr(astuple(self)).encode()).hexdigest()[:32]


# Those with the given numbers, or all; what isn't for everyone is left out.
Documents = Callable[[Collection[int] | None], Iterable[Document]]


@dataclass(frozen=True)
class Source:
    """One kind of page. `follows` says which of its rows may change with a row of another app."""

    kind: str
    label: str | Promise
    documents: Documents
    follows: Mapping[str, Callable[[int], Collection[int]]] = field(default_factory=dict)


_sources: dict[str, Source] = {}


def register(source: Source) -> None:
    """AppConfig.ready() calls it; the order is that in which kinds are listed."""
    _sources[source.kind] = source


def sources() -> list[Source]:
    return list(_sources.values())


def source_of(kind: str) -> Source:
    return _sources[kind]
