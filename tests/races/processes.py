"""Real processes of the project on the database and broker of the running test."""

import os
import subprocess
import sys
from pathlib import Path

from django.db import connection

ROOT = Path(__file__).parents[2]


def environment(**changes: str) -> dict[str, str]:
    """The environment of this run, but with the test's own database."""
    return {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "recovery_network.settings",
        "DATABASE_URL": database_url(),
        "PYTHONPATH": str(ROOT),
        **changes,
    }


def database_url() -> str:
    values = connection.settings_dict
    if connection.vendor == "sqlite":
        return f"sqlite:///{values['NAME']}"
    server, _slash, _name = os.environ["DATABASE_URL"].rpartition("/")
    return f"{server}/{values['NAME']}"


def start(*arguments: str, **changes: str) -> subprocess.Popen[bytes]:
    """`python <arguments>`; its output goes where the output of the tests goes."""
    return subprocess.Popen([sys.executable, *arguments], cwd=ROOT, env=environment(**changes))
