"""A copy of the sample site with flows of one's own."""

from __future__ import annotations

import shutil
from pathlib import Path

from tests.flows.bench import SITE, Bench, build_bench

PARTS = ("site.yaml", "clients.yaml", "attributes.yaml", "flows", "locales")


def build_own_bench(folder: Path, *, attributes: str = "", **flows: str) -> Bench:
    """The sample site with these flows added, or in the place of its own; `flows` maps names to YAML steps.

    `attributes` are YAML lines for the end of `attributes.yaml`.
    """
    site = folder / "site"
    site.mkdir()
    for name in PARTS:
        copy = shutil.copytree if (SITE / name).is_dir() else shutil.copyfile
        copy(SITE / name, site / name)
    with (site / "attributes.yaml").open("a", encoding="utf-8") as file:
        file.write(attributes)
    for name, steps in flows.items():
        (site / "flows" / f"{name}.yaml").write_text(f"flow: {name}\nsteps:\n{steps}", encoding="utf-8")
    return build_bench(folder, site=site)
