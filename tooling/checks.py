"""Checks everything that can be judged without running the tests; reports each check and its time."""

import argparse
import base64
import os
import secrets
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from tooling.paths import ROOT, program


@dataclass(frozen=True)
class Check:
    name: str
    command: list[str]
    environment: Mapping[str, str]


@dataclass(frozen=True)
class Result:
    check: Check
    passed: bool
    seconds: float
    output: str


def all_checks(data_dir: Path) -> list[Check]:
    python, manage = sys.executable, [sys.executable, "-W", "error", "manage.py"]
    demo = {"DEMO": "1", "DATA_DIR": str(data_dir / "demo")}
    # Not those of plain text: there every space and line break is meant.
    pages = sorted(str(path.relative_to(ROOT)) for path in (ROOT / "templates").rglob("*.html"))
    return [
        Check("types", [program("mypy")], demo),
        Check("format", [program("ruff"), "format", "--check"], {}),
        Check("lint", [program("ruff"), "check"], {}),
        Check("imports", [program("lint-imports"), "--no-logo"], {}),
        Check("templates", [program("djade"), "--target-version", "5.2", "--check", *pages], {}),
        Check("migrations", [*manage, "makemigrations", "--check", "--dry-run"], demo),
        Check(
            "production settings",
            [*manage, "check", "--deploy", "--fail-level", "WARNING"],
            production(data_dir / "production"),
        ),
        Check("translations", [python, "-m", "tooling.catalogues", "check"], demo),
        Check("lock", [python, "-c", LOCK_IS_CURRENT], {}),
    ]


LOCK_IS_CURRENT = """
import sys
from tooling import lock
if names := lock.outdated():
    sys.exit(f"{' and '.join(names)} are older than pyproject.toml. Run ./script/lock")
"""


def production(data_dir: Path) -> dict[str, str]:
    """An environment such as an operator would set, with secrets made up on the spot."""
    return {
        "DEMO": "0",
        "SECRET_KEY": secrets.token_urlsafe(60),
        "FIELD_KEYS": base64.urlsafe_b64encode(secrets.token_bytes(32)).decode(),
        "SITE_URL": "https://conference.example.org",
        "ALLOWED_HOSTS": "conference.example.org",
        "DATABASE_URL": "postgresql://site:secret@database.example.org:5432/site",
        "REDIS_URL": "redis://redis.example.org:6379/0",
        "EMAIL_URL": "smtp://user:secret@mail.example.org:587?tls=1",
        "DEFAULT_FROM_EMAIL": "Network <post@example.org>",
        "DATA_DIR": str(data_dir),
        "BEHIND_PROXY": "1",
        "TRUSTED_PROXIES": "1",
    }


def perform(check: Check) -> Result:
    started = time.monotonic()
    done = subprocess.run(
        check.command,
        cwd=ROOT,
        env=os.environ | check.environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    return Result(check, done.returncode == 0, time.monotonic() - started, done.stdout)


def report(result: Result) -> None:
    mark = "✓" if result.passed else "✗"
    print(f"{mark} {result.check.name:<20} {result.seconds:5.1f} s", flush=True)
    if not result.passed:
        print("  " + result.output.strip().replace("\n", "\n  "), flush=True)


def main(arguments: list[str]) -> int:
    with tempfile.TemporaryDirectory(prefix="recovery-check-") as folder:
        checks = all_checks(Path(folder))
        parser = argparse.ArgumentParser(prog="script/check", description=__doc__)
        parser.add_argument("only", nargs="*", help=", ".join(check.name for check in checks))
        only = parser.parse_args(arguments).only
        chosen = [check for check in checks if not only or check.name in only]
        failed = 0
        with ThreadPoolExecutor(max_workers=os.cpu_count()) as pool:
            for result in pool.map(perform, chosen):
                report(result)
                failed += not result.passed
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
