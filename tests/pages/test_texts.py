"""Texts: where they are looked for, how they are filled, and that none is missing."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from idp.config.findings import ConfigError
from idp.config.texts import Texts, fill, placeholders
from idp.config.wording import Wording, say_number
from tests.pages.drawing import EVERY, LOCALES, draw, read, texts
from tests.pages.screens import NOW

PROBLEMS = [
    "required",
    "email.invalid",
    "email.mobile_dots",
    "email.unproven",
    "date.invalid",
    "date.future",
    "age.too_young",
    "age.too_old",
    "text.too_long",
    "text.invalid",
    "kana.invalid",
    "postcode.invalid",
    "phone.invalid",
    "phone.too_short",
    "phone.not_allowed",
    "phone.no_sms",
    "phone.none",
    "identifier.invalid",
    "identifier.no_sms",
    "identifier.step_up",
    "choice.invalid",
    "password.wrong",
    "password.wait",
    "password.too_short",
    "password.too_long",
    "password.classes",
    "password.breached",
    "password.same_as_email",
    "password.mismatch",
    "code.required",
    "code.wrong",
    "code.expired",
    "code.too_many",
    "code.send_first",
    "code.wait",
    "code.locked",
    "send.limit",
    "busy",
    "call.failed",
    "nobody",
    "moved_on",
    "consent.required",
    "form.too_many",
    "form.trapped",
    "person.no_match",
    "code.sent_again",
    "code.sent_before",
    "email.proven",
    "phone.proven",
    "link.sent_again",
    "link.sent_before",
]
MAILS = [
    "sign_up_link",
    "sign_up_known",
    "code",
    "no_account",
    "try_later",
    "registered",
    "password_changed",
    "phone_added",
    "login_added",
]


def site(tmp_path, **files: str):
    (tmp_path / "locales").mkdir(exist_ok=True)
    for tag, text in files.items():
        (tmp_path / "locales" / f"{tag}.yaml").write_text(text, encoding="utf-8")
    return tmp_path


def test_the_sites_text_wins_over_the_engines(tmp_path):
    found = Texts.load(site(tmp_path, ja="buttons: {continue: すすむ}"), ("ja", "en"))
    assert found.get("ja", "buttons.continue") == "すすむ"
    assert found.get("ja", "buttons.verify_code") == "コードの確認"
    assert found.get("en", "buttons.continue") == "Continue"


def test_a_language_without_a_text_falls_back_to_english(tmp_path):
    found = Texts.load(site(tmp_path, fr="buttons: {continue: Continuer}"), ("fr",))
    assert found.get("fr", "buttons.continue") == "Continuer"
    assert found.get("fr", "buttons.verify_code") == "Verify code"
    assert found.get("fr", "no.such.text") is None


def test_a_text_given_in_one_language_and_missing_in_another_is_named(tmp_path):
    found = Texts.load(site(tmp_path, ja="pages: {extra: {heading: おまけ}}"), ("ja", "en"))
    assert found.missing() == {"en": ("pages.extra.heading",)}
    assert found.has("pages.extra.heading")
    assert not found.has("pages.extra.heading", "en")


def test_the_sample_site_and_the_engine_miss_nothing():
    assert texts().missing() == {}


def test_every_mistake_of_every_file_is_found_at_its_place(tmp_path):
    folder = site(tmp_path, ja="a: [1, 2]\nb: text\nb: again\n", en="c: true\n")
    with pytest.raises(ConfigError) as caught:
        Texts.load(folder, ("ja", "en"))
    found = {(item.file, item.line, item.code) for item in caught.value.findings}
    assert found == {("locales/ja.yaml", 1, "T0001"), ("locales/ja.yaml", 3, "Y0007"), ("locales/en.yaml", 1, "T0001")}


def test_the_dotted_and_the_nested_way_of_one_key_are_the_same_text(tmp_path):
    with pytest.raises(ConfigError) as caught:
        Texts.load(site(tmp_path, en="a.b: one\na: {b: two}\n"), ("en",))
    assert [item.code for item in caught.value.findings] == ["T0002"]


def test_values_are_put_in_once_and_never_looked_into():
    values = {"a": "{b}", "b": "no"}
    assert fill("<{a}>", lambda name, _: values.get(name)) == "<{b}>"
    assert fill("{0} {a!r} {a.b.c} {A}", lambda name, _: "x") == "{0} {a!r} {a.b.c} {A}"


def test_a_line_with_an_unknown_value_is_left_out():
    assert fill("one\ntwo {x}", lambda name, _: None) == "one"
    assert fill("two {x}", lambda name, _: None) == "two "
    assert fill("two {x}", lambda name, _: None, drop=True) == ""
    assert placeholders("{a} {b.clock}") == {"a", "b"}


def wording(locale, now=NOW):
    return Wording(texts=texts(), locale=locale, zone="Asia/Tokyo", now=now)


def test_times_are_said_in_the_sites_zone():
    soon, late = "2026-11-22T05:15:00+00:00", "2026-12-24T05:05:00Z"
    assert wording("ja").value(soon) == "14:15"
    assert wording("ja").value(soon, "moment") == "2026年11月22日 14:15"
    assert wording("en").value(late) == "24 December 2026, 14:05"
    assert wording("ja").value("2007-04-02") == "2007年4月2日"
    assert wording("en").value("2007-04-02") == "2 April 2007"


@pytest.mark.parametrize("odd", ["2026-99-99", "2026-11-22T99:00:00Z", "0000-00-00", "٢٠٢٦-01-01", ""])
def test_what_only_looks_like_a_time_stays_as_it_is(odd):
    assert wording("ja").value(odd) == odd


def test_a_time_over_midnight_is_still_near():
    night = datetime(2026, 11, 22, 14, 55, tzinfo=UTC)
    assert wording("ja", night).value("2026-11-22T15:05:00+00:00") == "00:05"


@pytest.mark.parametrize(
    ("number", "said"),
    [
        ("+819012345678", "090-1234-5678"),
        ("+81312345678", "03-1234-5678"),
        ("+12125550100", "+1 212-555-0100"),
        ("090-****-**78", "090-****-**78"),
        ("<b>", "<b>"),
        ("+999999999999", "+999999999999"),
    ],
)
def test_numbers_are_said_as_people_write_them(number, said):
    assert say_number(number, "JP") == said


@pytest.mark.parametrize("locale", LOCALES)
def test_every_problem_and_notice_has_its_own_words(locale):
    missing = [name for name in PROBLEMS if not texts().has(f"messages.{name}", locale)]
    assert missing == []


@pytest.mark.parametrize("locale", LOCALES)
def test_every_mail_has_subject_heading_and_lead(locale):
    for name in MAILS:
        for part in ("subject", "heading", "lead"):
            assert texts().get(locale, f"mails.{name}.{part}", code="1"), f"{name}.{part}"


def test_every_refused_sign_in_names_the_way_for_those_without_a_password():
    for name in ("password.wrong", "password.wait"):
        assert "「パスワードの登録」" in texts().get("ja", f"messages.{name}")
    page = read(draw("sign_in-wrong"))
    [way] = page.all("button", value="link:forgot")
    assert way.text == "パスワードの登録"


def test_pages_never_blame():
    said = [text for catalogue in (texts().engine["ja"], texts().site["ja"]) for text in catalogue.values()]
    assert [text for text in said if "不正" in text or "認証コード" in text or "パスコード" in text] == []


@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize("name", EVERY)
def test_no_page_shows_a_key_or_an_unfilled_placeholder(name, locale):
    page = read(draw(name, locale))
    said = page.all("body")[0].text + page.all("title")[0].text
    for sign in ("{", "}", "pages.", "kinds.", "messages.", "buttons.", "None", "Undefined"):
        assert sign not in said


@pytest.mark.parametrize("name", EVERY)
def test_english_pages_speak_english(name):
    page = read(draw(name, "en"))
    for node in page.all("h1", "h2", "label", "legend", "dt", "title", "summary"):
        assert node.text.isascii() or not any("\u3040" <= c <= "\u9fff" for c in node.text), node.text
