"""The system's Chromium, for the browser tests."""

import os
import shutil

from tooling.processes import NotStarted

NAMES = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome")
MACOS = "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome"
HOW_TO_GET_IT = (
    "No Chromium found for the browser tests. Install it with\n"
    "  sudo apt-get install chromium\n"
    "or name its program in CHROMIUM, or leave those tests out with ./script/test --no-browser"
)


def find() -> str:
    """The path of the program; raises NotStarted with the line to run."""
    candidates = [
        os.environ.get("CHROMIUM"),
        *(shutil.which(name) for name in NAMES),
        MACOS,
    ]
    for candidate in candidates:
        if candidate and os.access(candidate, os.X_OK):
            return candidate
    raise NotStarted(HOW_TO_GET_IT)
