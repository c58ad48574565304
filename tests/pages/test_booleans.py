"""A boolean is asked and stated in words of the page's language."""

from __future__ import annotations

import pytest

from idp.config.attributes import Attribute, AttributeType
from idp.flows.screen import Screen, ScreenKind, Shown
from idp.steps.fields import build_field
from tests.pages.drawing import context, read, renderer
from tests.pages.screens import CONTINUE, NOW, SITE

NEWS = Attribute(name="news", type=AttributeType.BOOLEAN, labels={"ja": "お知らせ", "en": "News"})
YES = {"ja": "はい", "en": "Yes"}
NO = {"ja": "いいえ", "en": "No"}


def draw_form(locale: str, *, required: bool, value: str = ""):
    field = build_field(NEWS, required=required, value=value, typed={}, now=NOW, site=SITE)
    screen = Screen(kind=ScreenKind.FORM, page="news", flow="own", fields=(field,), buttons=(CONTINUE,))
    return read(renderer().render_screen(screen, context=context(locale)))


@pytest.mark.parametrize("locale", ["ja", "en"])
def test_yes_and_no_are_radio_buttons(locale: str):
    page = draw_form(locale, required=True, value="false")
    radios = [node.attributes for node in page.all("input") if node.attributes.get("type") == "radio"]
    assert [(item["value"], "checked" in item) for item in radios] == [("true", False), ("false", True)]
    labels = {label.text.strip() for label in page.all("label")}
    assert {YES[locale], NO[locale]} <= labels


def test_whoever_need_not_answer_may_say_so():
    page = draw_form("ja", required=False)
    radios = [node.attributes for node in page.all("input") if node.attributes.get("type") == "radio"]
    assert [item["value"] for item in radios] == ["true", "false", ""]


@pytest.mark.parametrize(("value", "words"), [("true", YES), ("false", NO)])
@pytest.mark.parametrize("locale", ["ja", "en"])
def test_a_summary_says_yes_or_no(locale: str, value: str, words):
    field = build_field(NEWS, required=False, value="", typed={}, now=NOW, site=SITE)
    item = Shown(name="news", value=value, labels=NEWS.labels, type=field.type, options=field.options)
    screen = Screen(kind=ScreenKind.SUMMARY, page="sum", flow="own", shown=(item,), buttons=(CONTINUE,))
    page = read(renderer().render_screen(screen, context=context(locale)))
    assert words[locale] in page.text
