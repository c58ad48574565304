from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from idp.domain.session import Method
from tests.samples import NOW, ago, make_event, make_session
from tests.stores.makers import later


@pytest.fixture
def sessions(stores):
    stores.sessions.create(make_session())
    return stores.sessions


def other_session(name, **changes: Any):
    return make_session(id=name, sid=f"sid of {name}", token_digest=f"digest of {name}", **changes)


def raise_it(sessions, now=NOW, session_id="session-1", **changes: Any):
    values = {
        "token_digest": "raised",
        "events": (make_event(), make_event(Method.SMS)),
        "journey_id": "j",
        "expires_at": later(hours=2),
    }
    return sessions.raise_to(session_id, now=now, **{**values, **changes})


def test_a_session_comes_back_as_it_was(stores):
    events = (make_event(at=ago(minutes=5)), replace(make_event(Method.SMS), address="+819012345678"))
    full = make_session(*events, journey_id="journey")
    stores.sessions.create(full)
    assert stores.sessions.find("digest", NOW) == full
    assert stores.sessions.get("session-1") == full
    assert stores.sessions.find("other", NOW) is None
    assert stores.sessions.get("other") is None


def test_a_session_ends_to_the_second(sessions):
    assert sessions.find("digest", later(minutes=59, seconds=59)) is not None
    assert sessions.find("digest", later(hours=1)) is None


def test_an_ended_session_is_no_longer_found_but_known(sessions):
    assert sessions.end("session-1", NOW)
    assert not sessions.end("session-1", later(seconds=1))
    assert sessions.find("digest", NOW) is None
    assert sessions.get("session-1").ended_at == NOW


@pytest.mark.spec("OWASP ASVS 5.0", "7.2.4")
def test_a_step_up_replaces_the_cookie_and_the_events(sessions):
    assert raise_it(sessions)
    assert sessions.find("digest", NOW) is None
    raised = sessions.find("raised", NOW)
    assert raised == replace(
        make_session(make_event(), make_event(Method.SMS)),
        token_digest="raised",
        journey_id="j",
        last_seen_at=NOW,
        expires_at=later(hours=2),
    )


def test_a_session_that_has_ended_is_not_raised(sessions):
    assert not raise_it(sessions, now=later(hours=1))
    assert not raise_it(sessions, session_id="unknown")
    sessions.end("session-1", NOW)
    assert not raise_it(sessions)
    assert sessions.get("session-1").token_digest == "digest"


def test_a_journeys_session_is_found_while_it_lives(sessions):
    raise_it(sessions)
    assert sessions.find_by_journey("j").id == "session-1"
    assert sessions.find_by_journey("other") is None
    sessions.end("session-1", NOW)
    assert sessions.find_by_journey("j") is None


def test_touching_moves_the_idle_end_of_a_live_session_only(sessions):
    sessions.touch("session-1", later(minutes=30), later(minutes=90))
    touched = sessions.find("digest", later(minutes=80))
    assert (touched.last_seen_at, touched.expires_at) == (later(minutes=30), later(minutes=90))
    sessions.touch("session-1", later(minutes=91), later(minutes=150))
    assert sessions.find("digest", later(minutes=92)) is None
    sessions.create(other_session("ended", ended_at=NOW))
    sessions.touch("ended", NOW, later(hours=9))
    assert sessions.get("ended").expires_at == make_session().expires_at


def test_all_sessions_of_a_subject_end_but_one(sessions):
    for session in (
        other_session("here"),
        other_session("over", ended_at=ago(days=1)),
        other_session("stranger", subject_id="taro"),
    ):
        sessions.create(session)
    ended = sessions.end_all("hanako", NOW, but="here")
    assert ended == [replace(make_session(), ended_at=NOW)]
    assert sessions.find("digest of here", NOW) is not None
    assert sessions.find("digest of stranger", NOW) is not None
    assert sessions.get("over").ended_at == ago(days=1)
    assert [session.id for session in sessions.end_all("hanako", NOW)] == ["here"]
    assert sessions.end_all("hanako", NOW) == []


def test_live_sessions_newest_first(sessions):
    sessions.create(other_session("newer", created_at=NOW))
    sessions.create(other_session("ended", ended_at=NOW))
    sessions.create(other_session("expired", expires_at=NOW))
    sessions.create(other_session("stranger", subject_id="taro"))
    assert [session.id for session in sessions.live("hanako", NOW)] == ["newer", "session-1"]


def test_clients_of_a_session_are_remembered_beyond_its_end(sessions):
    for client_id in ("portal", "app", "portal"):
        sessions.add_client("session-1", client_id)
    sessions.end("session-1", NOW)
    assert list(sessions.clients("session-1")) == ["app", "portal"]
    assert list(sessions.clients("other")) == []


def test_two_sessions_never_share_a_cookie_or_a_sid(sessions):
    for clash in ({"token_digest": "digest"}, {"sid": "sid-1"}):
        with pytest.raises(Exception, match=r"(?i)unique"):
            sessions.create(replace(other_session("second"), **clash))
