"""One JSON document in one file, replaced as a whole: what a sample process remembers across a restart."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any


def read_document(path: Path) -> dict[str, Any]:
    """The document, or an empty one when there is none or it cannot be read as one."""
    try:
        document = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return document if isinstance(document, dict) else {}


def write_document(path: Path, document: dict[str, Any]) -> None:
    """Replace the document: after a kill there is the old one or the new one, readable by its owner only."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(path.name + ".new")
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as file:
        json.dump(document, file, ensure_ascii=False)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)
