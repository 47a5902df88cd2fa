"""Real processes of the project on the database and broker of the running test."""

import os
import socket
import subprocess
import sys
from pathlib import Path

from django.db import connection

from tooling.processes import free_port

__all__ = ["PYTHON", "ROOT", "database_url", "environment", "free_port", "listens", "start"]

ROOT = Path(__file__).parents[2]
# Children don't know pytest's filters; a warning in one of them is no more than noise here.
PYTHON = [sys.executable, "-W", "ignore"]


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
    return subprocess.Popen([*PYTHON, *arguments], cwd=ROOT, env=environment(**changes))


def listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0
