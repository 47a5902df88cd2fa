"""Brings the demo's database, static files and translations up to date, doing only what has changed."""

import io
import os
import sys
from collections.abc import Callable
from contextlib import redirect_stdout
from datetime import UTC, datetime
from pathlib import Path

from tooling import catalogues, stamps
from tooling.paths import REQUIREMENTS, ROOT

PACKAGES = (
    "recovery_network",
    "network",
    "membership",
    "conferences",
    "newsletter",
    "programme",
    "registrations",
    "surveys",
)
LOCK = REQUIREMENTS / "base.txt"
LOADDEMO = ROOT / "recovery_network" / "management" / "commands" / "loaddemo.py"


def wanted() -> dict[str, str]:
    """Each step and the state of the files it depends on."""
    migrations = [path for name in PACKAGES for path in (ROOT / name).rglob("migrations/*.py")]
    demo = [*(ROOT / "recovery_network").glob("demo/**/*.py"), LOADDEMO]
    static = [path for folder in _static_folders() for path in folder.rglob("*") if path.is_file()]
    database = os.environ.get("DATABASE_URL", "")
    schema = stamps.digest([*migrations, LOCK], database)
    return {
        "migrate": schema,
        "collectstatic": stamps.digest([*static, LOCK]),
        "loaddemo": stamps.digest(demo, schema, str(datetime.now(UTC).date())),
    }


def _static_folders() -> list[Path]:
    return [ROOT / "static", *(ROOT / name / "static" for name in PACKAGES)]


def outdated(data_dir: Path) -> list[str]:
    """The steps to do, in order. Of a database elsewhere nothing is remembered: it may be a new one."""
    elsewhere = bool(os.environ.get("DATABASE_URL"))
    missing = elsewhere or not (data_dir / "db.sqlite3").exists()
    return [
        step
        for step, state in wanted().items()
        if not stamps.is_current(_stamp(data_dir, step), state)
        or (missing and step != "collectstatic")
    ]


def _stamp(data_dir: Path, step: str) -> Path:
    return data_dir / "prepared" / step


def demo_words(data_dir: Path) -> str:
    """What loaddemo said when it last ran: the sign-ins."""
    words = data_dir / "prepared" / "loaddemo.txt"
    return words.read_text() if words.exists() else ""


def prepare(data_dir: Path) -> None:
    """Do the outdated steps in one Django process, whose start costs more than most of them."""
    import django  # only here: a start with nothing to do shall not pay for it
    from django.core.management import call_command

    catalogues.compile_all()
    states = wanted()
    steps = outdated(data_dir)
    django.setup()
    for step in steps:
        print(f"{step} ...", flush=True)
        said = io.StringIO()
        with redirect_stdout(said):
            _options[step](call_command)
        if step == "loaddemo":
            (data_dir / "prepared" / "loaddemo.txt").write_text(said.getvalue())
        stamps.write(_stamp(data_dir, step), states[step])


Call = Callable[..., object]
_options: dict[str, Callable[[Call], object]] = {
    "migrate": lambda call: call("migrate", interactive=False, verbosity=0),
    "collectstatic": lambda call: call("collectstatic", interactive=False, verbosity=0),
    "loaddemo": lambda call: call("loaddemo"),
}

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "recovery_network.settings")
    prepare(Path(sys.argv[1]))
