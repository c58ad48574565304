"""`python -m idp` is the command `sekisho`."""

from __future__ import annotations

from idp.cli import main

if __name__ == "__main__":
    main(prog_name="sekisho")
