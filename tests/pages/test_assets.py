"""Stylesheet, script and brand: found under an address that changes with them."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from flask import Flask

from idp.web.assets import STATIC, build_blueprint, build_brand_css, load_assets
from tests.pages.drawing import draw, read


@pytest.fixture
def client():
    app = Flask("assets")
    app.register_blueprint(build_blueprint(load_assets({"accent": "#1c6047"})))
    return app.test_client()


def test_what_a_page_names_may_be_kept_for_a_year(client):
    named = re.findall(r'(?:href|src)="(/(?:assets/|brand)[^"]+)"', draw("sign_in"))
    assert {path.partition("?")[0] for path in named} == {
        "/assets/icon.svg",
        "/assets/sekisho.css",
        "/assets/sekisho.js",
        "/brand.css",
    }
    for path in named:
        if path.startswith("/brand.css"):
            continue  # this brand is another
        answer = client.get(path)
        assert answer.status_code == 200
        assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"


def test_the_bare_address_is_asked_for_again(client):
    answer = client.get("/assets/sekisho.css")
    assert "no-cache" in answer.headers["Cache-Control"]
    again = client.get("/assets/sekisho.css", headers={"If-None-Match": answer.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")


def test_an_old_hash_is_not_kept(client):
    assert "immutable" not in client.get("/assets/sekisho.css?v=0000000000000000").headers["Cache-Control"]


@pytest.mark.parametrize("name", ["nothing.css", "..%2fassets.py", "%2e%2e/render.py", ".", "sekisho.css/x"])
def test_nothing_else_is_there(client, name):
    assert client.get(f"/assets/{name}").status_code == 404


def test_types_are_said(client):
    assert client.get("/assets/sekisho.js").content_type.startswith("text/javascript")
    assert client.get("/assets/icon.svg").content_type == "image/svg+xml"
    assert client.get("/brand.css").data == b":root { --accent: #1c6047; }\n"


def test_a_brand_can_only_be_colours_and_sizes():
    brand = {
        "accent": "red; } body { background: url(https://evil.example)",
        "accent_deep": "#12345",
        "radius": "0.75rem",
        "ink": "#000000",
        "dark_accent": "#8ed3b2",
        "mark": "M0 0",
    }
    css = build_brand_css(brand)
    assert css == ":root { --radius: 0.75rem; }\n@media (prefers-color-scheme: dark) { :root { --accent: #8ed3b2; } }\n"


def test_the_stylesheet_needs_nothing_from_elsewhere():
    css = re.sub(r"/\*.*?\*/", "", (STATIC / "sekisho.css").read_text(encoding="utf-8"), flags=re.DOTALL)
    assert re.search(r"url\(|@import|data:", css) is None


def test_every_class_that_a_page_uses_is_in_the_stylesheet():
    from tests.pages.drawing import EVERY  # noqa: PLC0415

    css = (STATIC / "sekisho.css").read_text(encoding="utf-8")
    used = {
        name for page in EVERY for node in read(draw(page)).walk() for name in node.attributes.get("class", "").split()
    }
    known = set(re.findall(r"\.([a-z][a-z-]*)", css))
    # `open`-ended words of the templates themselves: `reveal` is found by the script as well.
    assert used - known == set()


def test_a_site_may_bring_its_own_icon(tmp_path: Path):
    folder = tmp_path / "templates" / "brand"
    folder.mkdir(parents=True)
    (folder / "icon.svg").write_text("<svg/>", encoding="utf-8")
    assert load_assets({}, tmp_path).by_path["/assets/icon.svg"].body == b"<svg/>"
