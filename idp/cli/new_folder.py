"""`sekisho new`: a complete minimal site, copied from `idp/cli/new_site/` into a folder that is new or empty."""

from __future__ import annotations

import shutil
from pathlib import Path

from idp.cli.console import Answer, Refused
from idp.cli.trial import OFFSETS, TRIAL
from idp.settings import DEFAULT_PORT_BASE

TEMPLATE = Path(__file__).with_name("new_site")
TRIAL_ADDRESS = f"http://localhost:{DEFAULT_PORT_BASE + OFFSETS[TRIAL]}/"
IGNORED = "# Secrets and data of this installation never go into a repository.\n/keys/\n/var/\n"


def make_site(folder: Path) -> Answer:
    """Write the site. Raises Refused when something is there already."""
    if folder.exists() and any(folder.iterdir()):
        raise Refused(f"{folder} is not empty; name a new folder.")
    folder.mkdir(parents=True, exist_ok=True)
    names = sorted(path.relative_to(TEMPLATE) for path in TEMPLATE.rglob("*") if path.is_file())
    for name in names:
        target = folder / name
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(TEMPLATE / name, target)
    for private in ("keys", "var"):
        (folder / private).mkdir(mode=0o700, exist_ok=True)
    (folder / "templates").mkdir(exist_ok=True)
    (folder / ".gitignore").write_text(IGNORED, encoding="utf-8")
    lines = [
        f"A new site is in {folder}.",
        "",
        f"  cd {folder}",
        "  sekisho demo             # run it here; it prints the address to open, and the outbox with every mail",
        "  sekisho client add ID …  # a client of your own; --development takes http://localhost",
        "  sekisho flow check       # every mistake of every file, with its place",
        "  sekisho doctor           # what is missing for production",
        "",
        f"Once `sekisho demo` runs, open {TRIAL_ADDRESS} to sign up and sign in.",
    ]
    return Answer(lines=lines, data={"folder": str(folder), "files": [name.as_posix() for name in names]})
