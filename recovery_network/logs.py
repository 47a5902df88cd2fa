"""One JSON object per line, without anything that points at a person."""

import json
import logging
from datetime import UTC, datetime
from typing import Any

FIELDS = (
    "route",
    "method",
    "status",
    "milliseconds",
    "task",
    "mail_kind",
    "error_class",
)


class JsonFormatter(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, Any] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
        }
        line.update({name: getattr(record, name) for name in FIELDS if hasattr(record, name)})
        if record.exc_info and record.exc_info[0]:
            # The message of an exception may quote what a person typed: the place is enough to mend it.
            line["error_class"] = record.exc_info[0].__name__
            line["trace"] = frames(record.exc_info[2])
        return json.dumps(line, ensure_ascii=False)


def frames(traceback: Any) -> list[str]:
    lines = []
    while traceback is not None:
        code = traceback.tb_frame.f_code
        lines.append(
            f"{code.co_filename}:{traceback.tb_lineno} {code.co_qualname if hasattr(code, 'co_qualname') else code.co_name}"
        )
        traceback = traceback.tb_next
    return lines
