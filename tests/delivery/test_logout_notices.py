"""Telling a client that a session has ended."""

import pytest

from idp.domain.outbox import JobKind
from idp.domain.ports import DeliveryFailed
from tests.samples import make_client

PAYLOAD = {"client_id": "portal", "sid": "sid-1", "sub": "subject-1"}


@pytest.mark.spec("OIDC-BCL", "2.4")
def test_the_client_gets_a_fresh_token_in_its_own_algorithm(bench, clients):
    clients.append(make_client(id_token_alg="ES256"))
    bench.add(JobKind.LOGOUT, PAYLOAD)
    bench.clock.move(minutes=5)
    bench.deliver()
    ((url, token),) = bench.notifier.posted
    assert url == "http://localhost:9001/backchannel-logout"
    assert (token["alg"], token["typ"], token["aud"]) == ("ES256", "logout+jwt", "portal")
    assert (token["sub"], token["sid"], token["iss"]) == ("subject-1", "sid-1", "http://localhost:9000")
    assert token["iat"] == int(bench.clock.now().timestamp())


def test_every_try_has_its_own_token(bench, clients):
    clients.append(make_client())
    posted, fails = [], [DeliveryFailed("status 503")]

    def post(url, token):
        posted.append(token["jti"])
        if fails:
            raise fails.pop()

    bench.notifier.post = post
    bench.add(JobKind.LOGOUT, PAYLOAD)
    bench.deliver()
    bench.clock.move(seconds=2)
    bench.deliver()
    assert len(set(posted)) == 2


@pytest.mark.parametrize("known", [[], [make_client(backchannel_logout_uri=None)]])
def test_a_client_that_is_gone_or_wants_no_notice_gets_none(bench, clients, known):
    clients.extend(known)
    bench.add(JobKind.LOGOUT, PAYLOAD)
    bench.deliver()
    assert bench.notifier.posted == []
    assert bench.jobs()[0].payload is None
