"""/authorize/resume: once, in the browser that asked, and again only for a double press."""

from __future__ import annotations

from dataclasses import replace

import pytest

from idp.domain.session import Method
from idp.flows.outcome import Authenticated
from tests.samples import make_event


@pytest.fixture
def party(world, browser):
    return world.party(browser, "plain", scope="openid")


def ended(world, browser, party, *methods: Method, **request: str):
    """A journey that has just ended: the address it leads to, and what the client kept."""
    url, kept = party.request(**request)
    journey = browser.get(url).headers["Location"]
    return world.end_journey(journey, world.shown(*(methods or (Method.PASSWORD,)))), kept


def sessions(world):
    return list(world.stored.transactions["sessions"].values())


def test_a_double_press_gets_a_code_that_works_and_makes_one_session(world, browser, party):
    resume, kept = ended(world, browser, party)
    codes = [party.read_answer(browser.get(resume).headers["Location"], kept)["code"] for _ in range(3)]
    assert len(set(codes)) == 3
    assert len(sessions(world)) == 1
    assert [party.redeem(code, kept).status_code for code in codes] == [400, 400, 200]
    url, _ = party.request(prompt="none")
    assert "code=" in browser.get(url).headers["Location"]


def test_after_the_code_was_spent_a_press_says_that_it_is_finished(world, browser, party):
    resume, kept = ended(world, browser, party)
    code = party.read_answer(browser.get(resume).headers["Location"], kept)["code"]
    tokens = party.redeem(code, kept).json
    again = browser.get(resume)
    assert (again.status_code, "Location" in again.headers) == (200, False)
    assert 'data-page="finished"' in again.text
    assert "https://rp.example/" in again.text
    assert party.userinfo(tokens["access_token"]).status_code == 200


def test_after_the_code_was_spent_a_press_gets_no_session_and_ends_none(world, browser, party):
    resume, kept = ended(world, browser, party)
    party.redeem(party.read_answer(browser.get(resume).headers["Location"], kept)["code"], kept)
    before = sessions(world)
    assert "sekisho_session" not in browser.get(resume).headers.get("Set-Cookie", "")
    assert sessions(world) == before
    url, _ = party.request(prompt="none")
    assert "code=" in browser.get(url).headers["Location"]


def test_soon_after_a_press_says_that_it_is_finished(world, browser, party):
    resume, _ = ended(world, browser, party)
    browser.get(resume)
    world.clock.wait(seconds=16)
    assert 'data-page="finished"' in browser.get(resume).text


def test_a_journey_that_begins_again_keeps_the_address_that_was_typed_in_its_own_browser_only(world, browser, party):
    url, _ = party.request()
    browser.get(url)
    journeys = world.stored.transactions["journeys"]
    [(key, journey)] = journeys.items()
    journeys[key] = replace(journey, state={**journey.state, "typed": {"email": "hanako@example.jp"}})
    world.clock.wait(minutes=61)
    anew = f"/authorize/resume?interaction={journey.interaction_id}&again=1"
    hints = []
    for one in (world.browser(), browser):
        begun = one.get(anew).headers["Location"].rsplit("/", 1)[-1]
        hints.append(journeys[begun].state["request"]["login_hint"])
    assert hints == [None, "hanako@example.jp"]


def test_a_journey_that_a_new_password_has_ended_makes_no_session(world, browser, party):
    resume, _ = ended(world, browser, party)
    world.stored.journeys.end_all("hanako", world.clock.now(), but=None)
    again = browser.get(resume)
    assert again.headers["Location"].startswith("/journey/"), "the sign-in begins anew"
    assert sessions(world) == []


def test_signing_out_is_not_undone_by_the_back_button(world, browser, party):
    resume, kept = ended(world, browser, party)
    party.read_answer(browser.get(resume).headers["Location"], kept)
    [session] = sessions(world)
    world.stored.sessions.end(session.id, world.clock.now())
    again = browser.get(resume)
    assert "code=" not in again.headers.get("Location", "")
    assert len(sessions(world)) == 1


@pytest.mark.spec("OIDC.Core", "3.1.2.3")
def test_another_browser_gets_nothing_but_a_way_to_begin_anew(world, browser, party):
    resume, _ = ended(world, browser, party)
    for stranger in (world.browser(), world.browser()):
        answer = stranger.get(resume)
        assert answer.status_code == 403
        assert 'data-page="lost_cookie"' in answer.text
        assert "sekisho_session" not in str(answer.headers)
    anew = stranger.get(f"{resume}&again=1")
    assert anew.headers["Location"].startswith("/journey/")
    assert sessions(world) == []


def test_a_journey_that_went_on_in_another_browser_proves_nothing_here(world, browser, party):
    url, _ = party.request()
    location = browser.get(url).headers["Location"]
    resume = world.end_journey(location, world.shown(Method.PASSWORD))
    journeys = world.stored.transactions["journeys"]
    [(key, journey)] = journeys.items()
    journeys[key] = replace(journey, browser_digest="elsewhere", interaction_id=None)
    answer = browser.get(resume)
    assert answer.headers["Location"] == f"/journey/{journey.id}"
    assert sessions(world) == []


def test_before_the_journey_has_ended_the_way_leads_back_to_it(world, browser, party):
    url, _ = party.request()
    location = browser.get(url).headers["Location"]
    [interaction] = world.stored.transactions["interactions"].values()
    assert browser.get(f"/authorize/resume?interaction={interaction.id}").headers["Location"] == location


def test_a_journey_that_took_too_long_begins_again(world, browser, party):
    url, _ = party.request()
    location = browser.get(url).headers["Location"]
    [interaction] = world.stored.transactions["interactions"].values()
    world.clock.wait(minutes=61)
    again = browser.get(f"/authorize/resume?interaction={interaction.id}").headers["Location"]
    assert again.startswith("/journey/")
    assert again != location


@pytest.mark.parametrize("text", ["", "nonsense", "%00", "a" * 3000, "%F0%9F%92%A9"])
def test_an_unknown_interaction_is_a_page(world, browser, text):
    answer = browser.get(f"/authorize/resume?interaction={text}")
    assert answer.status_code == 404
    assert 'data-page="expired"' in answer.text


def test_each_sign_in_gives_the_cookie_a_new_secret(world, browser, party):
    resume, _ = ended(world, browser, party)
    browser.get(resume)
    old = browser.get_cookie("sekisho_session").value
    world.clock.wait(seconds=1)
    resume, _ = ended(world, browser, party, Method.SMS, prompt="login")
    browser.get(resume)
    assert browser.get_cookie("sekisho_session").value != old
    stranger = world.browser()
    stranger.set_cookie("sekisho_session", old)
    url, _ = party.request(prompt="none")
    assert "login_required" in stranger.get(url).headers["Location"]


def test_a_cookie_planted_before_the_sign_in_is_worth_nothing(world, browser, party):
    for name in ("sekisho_session", "sekisho_browser"):
        browser.set_cookie(name, "planted-" + "x" * 40)
    resume, _ = ended(world, browser, party)
    browser.get(resume)
    stranger = world.browser()
    stranger.set_cookie("sekisho_session", "planted-" + "x" * 40)
    url, _ = party.request(prompt="none")
    assert "login_required" in stranger.get(url).headers["Location"]


def test_another_person_in_the_same_browser_ends_the_session_before(world, browser):
    portal = world.party(browser, "portal")
    first = world.tokens(browser, portal)
    plain = world.party(browser, "plain", scope="openid")
    world.clock.wait(seconds=1)
    url, kept = plain.request(prompt="login")
    journey = browser.get(url).headers["Location"]
    answer = browser.get(world.end_journey(journey, world.shown(Method.PASSWORD, subject="taro")))
    tokens = plain.redeem(plain.read_answer(answer.headers["Location"], kept)["code"], kept).json
    assert plain.claims(tokens, now=world.now(), nonce=kept["nonce"])["sub"] == "taro"
    assert portal.userinfo(first["access_token"]).status_code == 401
    assert [job.payload["client_id"] for job in world.stored.outbox.jobs] == ["portal"]


def test_a_step_up_builds_on_the_session_only_while_it_lives(world, browser, party):
    resume, _ = ended(world, browser, party)
    browser.get(resume)
    [session] = sessions(world)
    world.clock.wait(seconds=30)
    url, _ = party.request(acr_values="mfa")
    location = browser.get(url).headers["Location"]
    world.stored.sessions.end(session.id, world.clock.now())
    world.clock.wait(seconds=30)
    events = (*session.events, make_event(Method.SMS, at=world.clock.now()))
    browser.get(world.end_journey(location, Authenticated(subject_id="hanako", events=events)))
    made = sessions(world)[-1]
    assert [event.method for event in made.events] == [Method.SMS]


def test_a_step_up_raises_the_session_and_keeps_its_sid(world, browser, party):
    resume, _ = ended(world, browser, party)
    browser.get(resume)
    world.clock.wait(minutes=5)
    resume, kept = ended(world, browser, party, Method.SMS, acr_values="mfa")
    answer = browser.get(resume)
    tokens = party.redeem(party.read_answer(answer.headers["Location"], kept)["code"], kept).json
    claims = party.claims(tokens, now=world.now(), nonce=kept["nonce"])
    assert (claims["acr"], claims["amr"]) == ("mfa", ["pwd", "otp", "sms", "mfa"])
    assert [session.sid for session in sessions(world)] == [claims["sid"]]
