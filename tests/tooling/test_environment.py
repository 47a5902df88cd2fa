import pytest

from tooling.environment import CannotBuild, locked_lines

LOCK = """\
ruff==1.0 \\
    --hash=sha256:aa
    # via recovery-network
uv==0.9.1 \\
    --hash=sha256:bb \\
    --hash=sha256:cc
    # via recovery-network
uvloop==2.0 \\
    --hash=sha256:dd
"""


def test_the_lines_of_one_package_come_with_their_hashes() -> None:
    assert locked_lines("uv", LOCK) == (
        "uv==0.9.1 \\\n    --hash=sha256:bb \\\n    --hash=sha256:cc\n"
    )


def test_a_lock_without_the_package_says_how_to_mend_it() -> None:
    with pytest.raises(CannotBuild, match="script/lock"):
        locked_lines("pip", LOCK)
