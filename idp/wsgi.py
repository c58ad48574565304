"""For any WSGI server: `idp.wsgi:app` serves the site in the current folder, as production does."""

from __future__ import annotations

from pathlib import Path

from idp.app import create_app
from idp.settings import from_env

app = create_app(from_env(Path.cwd(), development=False))
