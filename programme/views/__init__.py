from programme.views.exports import (
    programme_ics,
    programme_json,
    programme_pdf,
    programme_xml,
)
from programme.views.materials import material
from programme.views.reading import programme, session_detail

__all__ = [
    "material",
    "programme",
    "programme_ics",
    "programme_json",
    "programme_pdf",
    "programme_xml",
    "session_detail",
]
