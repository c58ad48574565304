"""What attributes declare holds on the server: yes and no are truth, ages and years are bounds."""

from __future__ import annotations

import pytest

from idp.flows.outcome import Authenticated
from idp.flows.screen import FieldType
from tests.flows.own_site import build_own_bench

ATTRIBUTES = """
  news:
    type: boolean
    label: {ja: お知らせを受け取る, en: Send me news}
    claim: news
    scope: profile
  born:
    type: date
    label: {ja: 生年月日, en: Born}
    min_age: 18
    max_age: 65
  joined:
    type: year
    label: {ja: 加入年, en: Joined}
    years: [-5, 1]
"""
ASKS = """
  - {page: asked, fields: [%s]}
  - {page: wants_news, when: news}
  - {page: summary, show: fields}
"""
SIGNS_UP = """
  - {verify: email, by: code, if_unknown: send}
  - {page: asked, fields: [news!]}
  - create: user
  - {page: wants_news, when: user.news}
  - {update: user, set: {news: "!user.news"}}
  - {page: now_not, when: "!user.news"}
  - {consent: client}
  - end: signed_in
"""


@pytest.fixture
def ask(tmp_path):
    def begin(*fields: str):
        return build_own_bench(tmp_path, attributes=ATTRIBUTES, own=ASKS % ", ".join(fields)).walk("own")

    return begin


def test_a_boolean_is_asked_by_yes_and_no(ask):
    (field,) = ask("news!").screen.fields
    assert (field.type, [option.value for option in field.options]) == (FieldType.RADIO, ["true", "false"])


@pytest.mark.parametrize(("answer", "page"), [("true", "wants_news"), ("false", "summary"), ("", "summary")])
def test_a_boolean_is_truth_in_conditions(ask, answer, page):
    assert ask("news").press("continue", news=answer).page == page


@pytest.mark.parametrize(("answer", "shown"), [("true", "true"), ("false", "false"), ("", "")])
def test_a_summary_shows_the_answer(ask, answer, shown):
    walk = ask("news").press("continue", news=answer)
    walk = walk.press("continue") if walk.page == "wants_news" else walk
    assert [item.value for item in walk.screen.shown] == [shown]
    walk.press("change:news")
    assert [field.value for field in walk.screen.fields] == [shown]


@pytest.mark.parametrize(
    ("answer", "problem"), [("", "required"), ("maybe", "choice.invalid"), ("True", "choice.invalid")]
)
def test_a_required_boolean_wants_yes_or_no(ask, answer, problem):
    assert ask("news!").press("continue", news=answer).problems == [problem]


def test_accounts_keep_truth_and_consent_shows_it(tmp_path):
    bench = build_own_bench(tmp_path, attributes=ATTRIBUTES, own=SIGNS_UP)
    walk = bench.walk("own", "wallet", interaction_id="i1", request={"scopes": ["openid", "profile"]})
    walk.press("send_code", email="new@example.jp")
    walk.press("verify_code", code=walk.code()).press("continue", news="true")
    assert walk.page == "wants_news"
    walk.press("continue")
    assert walk.page == "now_not"
    walk.press("continue")
    assert [(item.name, item.value) for item in walk.screen.shown if item.name == "news"] == [("news", "false")]
    outcome = walk.press("allow").look()
    assert isinstance(outcome, Authenticated)
    assert bench.stores.subjects.get(outcome.subject_id).attributes["news"] is False


@pytest.mark.parametrize(
    ("born", "problem"),
    [
        ("2008-04-01", None),
        ("2008-04-02", "age.too_young"),
        ("2015-01-01", "age.too_young"),
        ("1960-04-02", None),
        ("1960-04-01", "age.too_old"),
    ],
)
def test_ages_are_bounds(ask, born, problem):
    year, month, day = born.split("-")
    walk = ask("born!").press("continue", **{"born-year": year, "born-month": month, "born-day": day})
    assert walk.problems == ([problem] if problem else [])


@pytest.mark.parametrize(
    ("joined", "problem"),
    [
        ("2021", None),
        ("2027", None),
        ("2020", "choice.invalid"),
        ("1900", "choice.invalid"),
        ("2028", "choice.invalid"),
    ],
)
def test_years_are_bounds(ask, joined, problem):
    assert ask("joined!").press("continue", joined=joined).problems == ([problem] if problem else [])
