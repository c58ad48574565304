"""What every code of a finding or error means, for `sekisho explain`. The words themselves are in `catalogue.yaml`."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from idp.config.findings import ConfigError
from idp.config.source import read_yaml

_FILE = Path(__file__).with_name("catalogue.yaml")


@dataclass(frozen=True, slots=True, kw_only=True)
class Explanation:
    """One code: its title, what to do; `name` is the error code of OAuth that it stands for, else empty."""

    code: str
    title: str
    text: str
    name: str = ""


def load_catalogue() -> dict[str, Explanation]:
    """Every explanation by code, in order of the file."""
    document, findings = read_yaml(_FILE, _FILE.parent)
    if document is None or findings:
        raise ConfigError(findings)
    return {code: Explanation(code=code, **entry) for code, entry in document.data.items()}


def find_explanation(code: str, catalogue: dict[str, Explanation]) -> Explanation | None:
    """The explanation of a code in any letter case, or of an OAuth error by its name."""
    by_name = {item.name: item for item in catalogue.values() if item.name}
    return catalogue.get(code.upper()) or by_name.get(code.lower())
