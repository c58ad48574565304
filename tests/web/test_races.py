"""Sessions and journeys that are ended, by a new password elsewhere, while an answer that rests on them is made."""

from __future__ import annotations

import pytest

from idp.domain.session import Method


@pytest.fixture
def party(world, browser):
    return world.party(browser, "plain", scope="openid")


def end_meanwhile(world, monkeypatch):
    """Whoever held the account before has ended everything by the time that we first hold it, and nothing after."""
    held = []

    def hold(subject_id):
        held.append(subject_id)
        if len(held) > 1:
            return
        now = world.clock.now()
        world.stored.journeys.end_all(subject_id, now, but=None)
        sessions = world.stored.transactions["sessions"]
        for session_id in list(sessions):
            world.stored.sessions.end(session_id, now)

    monkeypatch.setattr(world.stored.subjects, "hold", hold)


def live_sessions(world):
    return [one for one in world.stored.transactions["sessions"].values() if one.ended_at is None]


@pytest.mark.parametrize(("prompt", "leads_to"), [({}, "/journey/"), ({"prompt": "none"}, "login_required")])
def test_a_session_that_ends_while_its_code_is_made_gives_no_code(world, browser, party, monkeypatch, prompt, leads_to):
    world.tokens(browser, party)
    end_meanwhile(world, monkeypatch)
    location = browser.get(party.request(**prompt)[0]).headers["Location"]
    assert leads_to in location
    assert "code=" not in location


def test_a_journey_that_is_ended_while_it_comes_back_makes_no_session_and_no_code(world, browser, party, monkeypatch):
    journey = browser.get(party.request()[0]).headers["Location"]
    resume = world.end_journey(journey, world.shown(Method.PASSWORD))
    end_meanwhile(world, monkeypatch)
    assert "code=" not in browser.get(resume).headers["Location"]
    assert live_sessions(world) == []
