"""`sekisho keys`: the signing keys of a site. Running servers follow a change within seconds.

Nothing of the site's files is read: a key that is known to others has to go while somebody is still writing them.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from idp.cli.console import Answer, Refused
from idp.config.site_folder import SITE_FILE
from idp.providers.signing_keys import (
    INDEX_FILE,
    BadKeyFolder,
    KeyEntry,
    KeyState,
    UnknownKey,
    ensure_keys,
    load_entries,
    retire,
    rotate,
)
from idp.providers.system import SystemClock

RESTORE = "Restore the folder keys/ from a backup."


def list_keys(site: Path) -> Answer:
    """Every key with its state. Raises Refused."""
    folder = _keys_folder(site)
    try:
        return _answer(load_entries(folder))
    except BadKeyFolder as error:
        is_new = not (folder / INDEX_FILE).exists()
        raise Refused(f"{error}. {'`sekisho keys rotate` makes the first keys.' if is_new else RESTORE}") from error


def rotate_keys(site: Path) -> Answer:
    """Move on by one; the first time, make keys. Raises Refused."""
    folder = _keys_folder(site)
    now = SystemClock().now()
    try:
        if not (folder / INDEX_FILE).exists():
            ensure_keys(folder, now)
            return _answer(load_entries(folder), "The first signing keys were made.")
        return _answer(rotate(folder, now), "Rotated. Running servers follow within seconds.")
    except BadKeyFolder as error:
        raise Refused(f"{error}. {RESTORE}") from error


def retire_key(site: Path, kid: str) -> Answer:
    """Take one key out at once. Raises Refused."""
    folder = _keys_folder(site)
    try:
        return _answer(retire(folder, kid, SystemClock().now()), f"{kid} is withdrawn; its tokens are worth nothing.")
    except UnknownKey as error:
        raise Refused(f"There is no key {kid!r} that could be retired; `sekisho keys list` shows them.") from error
    except BadKeyFolder as error:
        raise Refused(f"{error}.") from error


def _keys_folder(site: Path) -> Path:
    if not (site / SITE_FILE).exists():
        raise Refused(f"There is no {SITE_FILE} in {site.resolve()}; --site DIR names the site's folder.")
    return site / "keys"


def _answer(entries: Iterable[KeyEntry], said: str | None = None) -> Answer:
    shown = [entry for entry in entries if entry.state is not KeyState.WITHDRAWN or said is None]
    rows = [
        f"{entry.kid}  {entry.alg}  {entry.state.value:9}  since {entry.changed_at:%Y-%m-%d %H:%M}" for entry in shown
    ]
    return Answer(lines=[*([said] if said else []), *rows], data={"keys": [_to_data(entry) for entry in shown]})


def _to_data(entry: KeyEntry) -> dict[str, Any]:
    return {
        "kid": entry.kid,
        "alg": entry.alg,
        "state": entry.state.value,
        "made_at": entry.made_at.isoformat(),
        "changed_at": entry.changed_at.isoformat(),
    }
