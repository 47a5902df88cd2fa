"""The queue in files, as the embedded run has it."""

import threading
from pathlib import Path

import pytest
from kombu import Connection

LARGE = "x" * 200_000


@pytest.fixture
def options(tmp_path: Path) -> dict[str, str | bool]:
    folders = {name: tmp_path / name for name in ("queue", "processed", "control")}
    for folder in folders.values():
        folder.mkdir()
    return {
        "data_folder_in": str(folders["queue"]),
        "data_folder_out": str(folders["queue"]),
        "processed_folder": str(folders["processed"]),
        "control_folder": str(folders["control"]),
        "store_processed": False,
    }


def test_what_is_being_written_is_not_taken(
    options: dict[str, str | bool], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A reader looks again and again while someone writes slowly."""
    half, looked = threading.Event(), threading.Event()

    def slowly(path: Path, text: str) -> None:
        with path.open("w") as file:
            file.write(text[:10])
            file.flush()
            half.set()
            assert looked.wait(10)
            file.write(text[10:])

    monkeypatch.setattr(Path, "write_text", slowly)
    with Connection("files://", transport_options=options) as connection:
        queue = connection.SimpleQueue("mails")
        writer = threading.Thread(target=queue.put, args=(LARGE,))
        writer.start()
        assert half.wait(10)
        with pytest.raises(queue.Empty):
            queue.get(block=False)
        looked.set()
        writer.join(10)
        assert queue.get(timeout=10).payload == LARGE


def test_a_folder_that_is_gone_is_told(options: dict[str, str | bool], tmp_path: Path) -> None:
    with Connection("files://", transport_options=options) as connection:
        queue = connection.SimpleQueue("letters")
        (tmp_path / "queue").rmdir()
        with pytest.raises(connection.channel_errors):
            queue.put("x")
