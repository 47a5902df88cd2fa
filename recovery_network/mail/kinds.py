"""The kinds of mail that apps send. Each app registers its own in AppConfig.ready()."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise

Context = Mapping[str, Any]


def no_headers(_mail: Any) -> Mapping[str, str]:
    return {}


@dataclass(frozen=True)
class Kind:
    """One kind of mail; its templates are templates/mail/<name>/{subject.txt,body.txt,body.html}.

    `placeholders` are the only names that organisers may use in its wording; each is a key of the
    context. `sample` makes an invented context for the preview and for the tests that read every kind.
    A `secret` mail (a sign-in code) is never shown to staff and is blanked as soon as it has been sent.
    `headers` makes further header lines from the mail's row when it is delivered.
    """

    name: str
    label: str | Promise
    placeholders: tuple[str, ...] = ()
    sample: Callable[[], Context] = dict
    secret: bool = False
    headers: Callable[[Any], Mapping[str, str]] = no_headers


_kinds: dict[str, Kind] = {}


def register(kind: Kind) -> None:
    """Make `kind` known. The same name twice is a mistake unless it is the same kind (ready() ran again)."""
    known = _kinds.setdefault(kind.name, kind)
    if known != kind:
        raise ValueError(f"Two kinds of mail are called {kind.name!r}")


def get(name: str) -> Kind:
    """The kind called `name`. Raises LookupError if no app registered it."""
    try:
        return _kinds[name]
    except KeyError:
        raise LookupError(
            f"No kind of mail is called {name!r}; known are {sorted(_kinds)}"
        ) from None


def find(name: str) -> Kind | None:
    return _kinds.get(name)


def every() -> list[Kind]:
    return sorted(_kinds.values(), key=lambda kind: kind.name)
