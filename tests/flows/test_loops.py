"""Nobody walks in a circle: loops have a page in them, links that lead round begin anew, parts nest only so deep."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from idp.config.site_folder import Frame, load_folder
from idp.flows.engine import MAX_FRAMES
from idp.flows.loader import load_flows
from idp.steps import REGISTRY
from tests.flows.bench import SITE
from tests.flows.own_site import build_own_bench

ENDLESS = [
    "  - {set: {name: email}, name: again}\n  - {set: {kana: email}, then: again}\n",
    "  - {set: {name: email}, name: again}\n  - {require: email == 'b', message: nobody, on_fail: again}\n",
    "  - {call: member_registry, name: again, on_fail: again}\n  - page: x\n",
    "  - {verify: phone, name: again, on_fail: again}\n  - page: x\n",
    "  - {run: silent, name: again}\n  - {set: {kana: email}, then: again}\n",
]
FINE = [
    "  - page: x\n  - {set: {kana: email}, then: x}\n",
    "  - page: x\n  - {call: member_registry, on_fail: x}\n  - end: return\n",
    "  - {page: x, when: email == ''}\n  - {set: {kana: email}, then: x}\n",
    "  - {run: choose_password, name: again}\n  - {set: {kana: email}, then: again}\n",
    "  - page: x\n  - {call: member_registry, on_fail: continue, then: z}\n  - end: return\n  - {page: z, then: x}\n",
]
SILENT = "  - {set: {name: email}}\n"


def codes(folder: Path, **flows: str) -> list[tuple[str, str]]:
    read = load_folder(SITE, Frame(is_development=True))
    (folder / "flows").mkdir()
    for name, steps in {"choose_password": "  - page: x\n", "silent": SILENT, **flows}.items():
        (folder / "flows" / f"{name}.yaml").write_text(f"flow: {name}\nsteps:\n{steps}")
    _, found = load_flows(replace(read.site, folder=folder), read.attributes, REGISTRY)
    return [(item.file, item.code) for item in found]


@pytest.mark.parametrize("steps", ENDLESS)
def test_a_loop_without_a_page_is_a_finding(tmp_path: Path, steps: str):
    assert ("flows/mine.yaml", "F0124") in codes(tmp_path, mine=steps)


@pytest.mark.parametrize("steps", FINE)
def test_a_loop_with_a_page_is_none(tmp_path: Path, steps: str):
    assert codes(tmp_path, mine=steps) == []


@pytest.mark.parametrize(("depth", "found"), [(MAX_FRAMES, []), (MAX_FRAMES + 1, [("flows/f0.yaml", "F0125")])])
def test_parts_nest_only_so_deep(tmp_path: Path, depth: int, found: list):
    chain = {f"f{at}": f"  - run: f{at + 1}\n" for at in range(depth - 1)}
    assert codes(tmp_path, **chain, **{f"f{depth - 1}": "  - page: x\n"}) == found


def test_a_link_to_the_own_flow_begins_it_again(tmp_path: Path):
    steps = "  - {page: first, fields: [email!]}\n  - {page: second, links: {forgot: own}}\n"
    walk = build_own_bench(tmp_path, own=steps).walk("own").press("continue", email="taro@example.jp")
    for _ in range(2 * MAX_FRAMES):
        assert walk.press("link:forgot").page == "first"
        assert walk.press("continue", email="taro@example.jp").page == "second"


def test_links_round_in_a_circle_never_pile_up(tmp_path: Path):
    ping, pong = "  - {page: ping, links: {forgot: pong}}\n", "  - {page: pong, links: {forgot: ping}}\n"
    walk = build_own_bench(tmp_path, ping=ping + "  - end: signed_in\n", pong=pong).walk("ping")
    for _ in range(MAX_FRAMES):
        assert walk.press("link:forgot").page == "pong"
        assert walk.press("link:forgot").page == "ping"


def test_a_link_round_skips_no_part(tmp_path: Path):
    outer = "  - page: begin\n  - run: inner\n  - page: after\n"
    inner = "  - {page: middle, links: {forgot: outer}}\n"
    walk = build_own_bench(tmp_path, outer=outer, inner=inner).walk("outer").press("continue")
    assert walk.page == "middle"
    assert walk.press("link:forgot").page == "begin"
    assert walk.press("continue").page == "middle"
