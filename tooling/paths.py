"""Where things are in this checkout."""

import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
REQUIREMENTS = ROOT / "requirements"


def program(name: str) -> str:
    """The path of a command line tool installed beside the running Python."""
    return str(Path(sys.executable).parent / name)
