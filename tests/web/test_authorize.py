"""/authorize: where errors go, what is asked, how the answer travels."""

from __future__ import annotations

import re
from urllib.parse import parse_qsl, urlsplit

import pytest

from idp.domain.grant import Consent
from idp.domain.session import Method
from idp.domain.subject import SubjectStatus
from idp.flows.outcome import Declined
from tests.samples import ISSUER, make_subject


def error_of(party, answer, kept):
    assert answer.status_code == 303
    return party.read_answer(answer.headers["Location"], kept)["error"]


@pytest.mark.spec("RFC6749", "4.1.2.1")
@pytest.mark.parametrize(
    ("changes", "parameter", "code"),
    [
        ({"client_id": "nobody"}, "client_id", "invalid_client"),
        ({"client_id": None}, "client_id", "invalid_request"),
        ({"redirect_uri": None}, "redirect_uri", "invalid_request"),
        ({"redirect_uri": "https://evil.example/cb"}, "redirect_uri", "invalid_request"),
        ({"redirect_uri": "http://localhost:9001/callback?x=1"}, "redirect_uri", "invalid_request"),
    ],
)
def test_without_a_trusted_address_the_error_is_a_page(world, browser, changes, parameter, code):
    worse = {"response_type": "token", "prompt": "none", "scope": "nonsense", "request": "x"}
    for more in ({}, worse):
        answer = browser.get(world.party(browser, "portal").request(**changes, **more)[0])
        assert answer.status_code == 400
        assert "Location" not in answer.headers
        assert f'data-error="{code}"' in answer.text
        assert re.search(r'data-reference="[^"]+"', answer.text)
        assert 'data-page="error"' in answer.text
        assert 'id="error-page"' in answer.text
        assert f"<code>{code}</code>" in answer.text
        assert parameter in answer.text
        assert 'href="https://evil' not in answer.text


@pytest.mark.spec("OIDC.Core", "3.1.2.6")
@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"response_type": None}, "invalid_request"),
        ({"response_type": "id_token"}, "unsupported_response_type"),
        ({"scope": "email"}, "invalid_scope"),
        ({"request": "x"}, "request_not_supported"),
        ({"prompt": "none"}, "login_required"),
        ({"code_challenge_method": "plain"}, "invalid_request"),
    ],
)
def test_other_errors_go_back_with_state_and_iss(world, browser, changes, code):
    party = world.party(browser, "portal")
    url, kept = party.request(**changes)
    answer = browser.get(url)
    assert error_of(party, answer, kept) == code
    assert answer.headers["Cache-Control"] == "no-store"


@pytest.mark.spec("OIDC.Core", "3.1.2.1")
@pytest.mark.parametrize(
    "changes",
    [
        {"display": "popup"},
        {"ui_locales": "se fr"},
        {"claims_locales": "ja"},
        {"acr_values": "gold"},
        {"login_hint": "<b>'\"hanako@example.jp"},
        {"nonce": None, "state": 'a b"c&d%2F<あ>'},
        {"foo": "bar"},
        {"max_age": "10000"},
        {"audience": "x", "resource": "https://x"},
    ],
)
def test_what_is_optional_or_unknown_does_no_harm(world, browser, changes):
    answer = browser.get(world.party(browser, "portal").request(**changes)[0])
    assert answer.status_code == 303
    assert re.fullmatch(r"/journey/[\w-]+", answer.headers["Location"])


@pytest.mark.spec("RFC6749", "3.1")
def test_the_endpoint_takes_post_too(world, browser):
    party = world.party(browser, "portal")
    url, _ = party.request()
    answer = browser.post("/authorize", data=dict(parse_qsl(urlsplit(url).query)))
    assert answer.headers["Location"].startswith("/journey/")


def test_a_form_from_another_site_is_asked_again_as_a_get_so_that_cookies_come_along(world, browser):
    url, _ = world.party(browser, "portal").request()
    form = dict(parse_qsl(urlsplit(url).query))
    first = browser.post("/authorize", data=form, headers={"Origin": "http://localhost:9001"})
    assert (first.status_code, urlsplit(first.headers["Location"]).path) == (303, "/authorize")
    assert "Set-Cookie" not in first.headers
    assert dict(parse_qsl(urlsplit(first.headers["Location"]).query)) == form
    bad = browser.post("/authorize", data={**form, "scope": "x"}, headers={"Origin": "http://localhost:9001"})
    assert "error=invalid_scope" in bad.headers["Location"]


@pytest.mark.spec("OAuth.FormPost", "2")
def test_a_form_post_answer_is_a_page_without_inline_script(world, browser):
    party = world.party(browser, "plain", scope="openid")
    state = 'a b"c&d%2F<script>あ'
    answer = browser.get(party.request(response_mode="form_post", state=state, prompt="none")[0])
    assert answer.status_code == 200
    assert 'action="https://rp.example/cb"' in answer.text
    assert 'name="error" value="login_required"' in answer.text
    assert 'name="state" value="a b&#34;c&amp;d%2F&lt;script&gt;あ"' in answer.text
    assert f'name="iss" value="{ISSUER}"' in answer.text
    assert "<button" in answer.text
    assert not re.search(r"<script(?![^>]*src=)|onload=|javascript:", answer.text)
    assert "form-action 'self' https://rp.example;" in answer.headers["Content-Security-Policy"]


@pytest.mark.spec("OIDC.Core", "3.1.2.5")
@pytest.mark.spec("OAuth.FormPost", "2")
def test_a_code_travels_by_form_too(world, browser):
    party = world.party(browser, "plain", scope="openid")
    world.tokens(browser, party)
    url, kept = party.request(response_mode="form_post")
    [code] = re.findall(r'name="code" value="([^"]+)"', browser.get(url).text)
    assert party.redeem(code, kept).status_code == 200


@pytest.mark.spec("OIDC.Core", "3.1.2.1")
def test_prompt_none_answers_silently_from_the_session(world, browser):
    party = world.party(browser, "portal")
    world.sign_in(browser, party)
    url, kept = party.request(prompt="none")
    assert party.read_answer(browser.get(url).headers["Location"], kept)["code"]
    world.clock.wait(minutes=10)
    url, kept = party.request(prompt="none", max_age="60")
    assert error_of(party, browser.get(url), kept) == "login_required"


@pytest.mark.spec("OIDC.Core", "3.1.2.1")
@pytest.mark.parametrize("changes", [{"prompt": "login"}, {"max_age": "0"}, {"prompt": "select_account"}])
def test_signing_in_again_is_a_new_journey_and_a_new_auth_time(world, browser, changes):
    party = world.party(browser, "plain", scope="openid")
    first = world.tokens(browser, party)
    world.clock.wait(minutes=10)
    url, kept = party.request(**changes)
    journey = browser.get(url).headers["Location"]
    answer = browser.get(world.end_journey(journey, world.shown(Method.PASSWORD)))
    tokens = party.redeem(party.read_answer(answer.headers["Location"], kept)["code"], kept).json
    before = party.claims(first, now=world.now() - 600, nonce="nonce-1")
    after = party.claims(tokens, now=world.now(), nonce=kept["nonce"])
    assert after["auth_time"] - before["auth_time"] == 600
    assert after["sid"] == before["sid"]


def test_a_journey_that_proves_nothing_new_ends_in_an_error_not_a_loop(world, browser):
    party = world.party(browser, "plain", scope="openid")
    old = world.shown(Method.PASSWORD)
    world.sign_in(browser, party)
    world.clock.wait(minutes=10)
    url, kept = party.request(prompt="login")
    answer = browser.get(world.end_journey(browser.get(url).headers["Location"], old))
    assert error_of(party, answer, kept) == "login_required"


@pytest.mark.spec("OIDC.Core", "3.1.2.1")
def test_an_id_token_hint_names_who_has_to_answer(world, browser):
    party = world.party(browser, "plain", scope="openid")
    hint = world.tokens(browser, party)["id_token"]
    world.clock.wait(hours=0.9)
    url, kept = party.request(prompt="none", id_token_hint=hint)
    assert party.read_answer(browser.get(url).headers["Location"], kept)["code"]
    other = world.browser()
    journey = other.get(party.request()[0]).headers["Location"]
    other.get(world.end_journey(journey, world.shown(Method.PASSWORD, subject="taro")))
    url, kept = party.request(prompt="none", id_token_hint=hint)
    assert error_of(party, other.get(url), kept) == "login_required"
    assert other.get(party.request(id_token_hint=hint)[0]).headers["Location"].startswith("/journey/")
    third = world.browser()
    foreign = world.tokens(third, world.party(third, "talkative", scope="openid"))["id_token"]
    for bad in (hint[:-4] + "AAAA", "x", foreign):
        url, kept = party.request(id_token_hint=bad)
        assert error_of(party, browser.get(url), kept) == "invalid_request"


@pytest.mark.spec("OIDC.Core", "5.5.1.1")
def test_acr_values_cannot_lower_what_the_client_always_needs(world, browser):
    party = world.party(browser, "portal")
    url, kept = party.request(acr_values="pwd")
    first = browser.get(world.end_journey(browser.get(url).headers["Location"], world.shown(Method.PASSWORD)))
    assert first.headers["Location"].startswith("/journey/")
    answer = browser.get(world.end_journey(first.headers["Location"], world.shown(Method.PASSWORD, Method.SMS)))
    assert party.read_answer(answer.headers["Location"], kept)["code"]


@pytest.mark.spec("OIDC.Core", "5.5.1.1")
def test_a_level_that_is_not_reached_is_refused(world, browser):
    party = world.party(browser, "plain", scope="openid")
    url, kept = party.request(acr_values="mfa")
    first = browser.get(world.end_journey(browser.get(url).headers["Location"], world.shown(Method.PASSWORD)))
    second = browser.get(world.end_journey(first.headers["Location"], world.shown(Method.PASSWORD)))
    assert error_of(party, second, kept) == "unmet_authentication_requirements"


@pytest.mark.spec("OIDC.Core", "3.1.2.4")
def test_consent_is_asked_where_it_is_needed_and_remembered(world, browser):
    wallet = world.party(browser, "wallet", scope="openid email")
    world.sign_in(browser, world.party(browser, "portal"))
    url, kept = wallet.request(prompt="none")
    assert error_of(wallet, browser.get(url), kept) == "consent_required"
    url, kept = wallet.request()
    journey = browser.get(url).headers["Location"]
    world.stored.consents.remember(
        Consent(
            subject_id="hanako",
            client_id="wallet",
            scopes=frozenset({"openid", "email"}),
            given_at=world.clock.now(),
        )
    )
    answer = browser.get(world.end_journey(journey, world.shown(Method.EMAIL_CODE)))
    assert wallet.read_answer(answer.headers["Location"], kept)["code"]
    url, kept = wallet.request(prompt="none")
    assert wallet.read_answer(browser.get(url).headers["Location"], kept)["code"]
    url, kept = wallet.request(prompt="none", scope="openid email phone")
    assert error_of(wallet, browser.get(url), kept) == "consent_required"
    url, kept = wallet.request(prompt="none", claims='{"userinfo": {"name": null}}')
    assert error_of(wallet, browser.get(url), kept) == "consent_required"


@pytest.mark.spec("RFC6749", "4.1.2.1")
def test_a_person_may_say_no(world, browser):
    party = world.party(browser, "portal")
    url, kept = party.request()
    journey = browser.get(url).headers["Location"]
    assert error_of(party, browser.get(world.end_journey(journey, Declined())), kept) == "access_denied"
    url, kept = party.request()
    odd = world.end_journey(browser.get(url).headers["Location"], Declined(error="made up"))
    assert error_of(party, browser.get(odd), kept) == "access_denied"


def test_the_query_of_a_registered_address_is_kept(world, browser):
    party = world.party(browser, "query", scope="openid")
    location, kept = world.sign_in(browser, party)
    assert location.startswith("https://rp.example/cb?tenant=a&code=")
    assert party.read_answer(location, kept)["tenant"] == "a"


def test_two_tabs_with_two_clients_each_get_their_own(world, browser):
    portal, plain = world.party(browser, "portal"), world.party(browser, "plain", scope="openid")
    (first, kept_first), (second, kept_second) = portal.request(), plain.request()
    journeys = [browser.get(url).headers["Location"] for url in (first, second)]
    shown = world.shown(Method.PASSWORD, Method.SMS)
    answers = [browser.get(world.end_journey(journey, shown)).headers["Location"] for journey in reversed(journeys)]
    assert plain.redeem(plain.read_answer(answers[0], kept_second)["code"], kept_second).status_code == 200
    assert portal.redeem(portal.read_answer(answers[1], kept_first)["code"], kept_first).status_code == 200


def test_a_session_of_somebody_who_was_disabled_is_none(world, browser):
    party = world.party(browser, "portal")
    world.sign_in(browser, party)
    world.stored.subjects.put(make_subject(status=SubjectStatus.DISABLED))
    url, kept = party.request(prompt="none")
    assert error_of(party, browser.get(url), kept) == "login_required"


@pytest.mark.parametrize(("span", "is_live"), [({"minutes": 59}, True), ({"minutes": 61}, False)])
def test_a_session_ends_when_it_is_idle(world, browser, span, is_live):
    party = world.party(browser, "portal")
    world.sign_in(browser, party)
    world.clock.wait(**span)
    answer = browser.get(party.request(prompt="none")[0])
    assert ("code=" in answer.headers["Location"]) is is_live


def test_a_session_ends_a_day_after_it_began_however_busy(world, browser):
    party = world.party(browser, "portal")
    world.sign_in(browser, party)
    for _ in range(29):
        world.clock.wait(minutes=50)
        last = browser.get(party.request(prompt="none")[0]).headers["Location"]
        if "error=" in last:
            break
    assert world.clock.now() - next(iter(world.stored.transactions["sessions"].values())).created_at >= (
        world.house.site.session_absolute
    )


def test_a_language_that_the_client_asks_for_stays(world, browser):
    journey = browser.get(world.party(browser, "portal").request(ui_locales="en")[0]).headers["Location"]
    assert '<html lang="en"' in browser.get(journey, headers={"Accept-Language": "ja"}).text
