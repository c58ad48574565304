"""Discovery, keys, health."""

from __future__ import annotations

import json

import pytest

from tests.samples import ISSUER

PATHS = ("/.well-known/openid-configuration", "/.well-known/oauth-authorization-server", "/jwks")


@pytest.mark.spec("OIDC.Discovery", "4")
@pytest.mark.parametrize("path", PATHS)
def test_documents_may_be_kept_and_are_known_again(browser, path):
    first = browser.get(path)
    assert (first.status_code, first.mimetype) == (200, "application/json")
    assert first.headers["Cache-Control"] == "public, max-age=3600"
    again = browser.get(path, headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")
    assert browser.head(path).status_code == 200


@pytest.mark.spec("RFC8414", "3")
def test_both_addresses_serve_one_document_with_the_issuer_to_the_letter(browser):
    first, second = (browser.get(path).json for path in PATHS[:2])
    assert first == second
    assert first["issuer"] == ISSUER
    assert first["id_token_signing_alg_values_supported"] == ["RS256", "ES256"]
    assert first["grant_types_supported"] == ["authorization_code", "refresh_token", "client_credentials"]
    assert {"member_number", "birthdate", "address"} <= set(first["claims_supported"])


def test_every_endpoint_that_is_announced_is_there(browser):
    document = browser.get(PATHS[0]).json
    for name, url in document.items():
        if name.endswith("_endpoint") or name == "jwks_uri":
            answer = browser.get(url.removeprefix(ISSUER))
            assert answer.status_code != 404, name


@pytest.mark.spec("RFC7517", "5")
def test_keys_are_public_and_each_has_a_name(browser):
    keys = browser.get("/jwks").json["keys"]
    assert len({key["kid"] for key in keys}) == len(keys) >= 2
    assert {key["kty"] for key in keys} == {"RSA", "EC"}
    assert not [key for key in keys if {"d", "p", "q", "k"} & set(key)]


def test_health(browser):
    assert browser.get("/healthz").json == {"status": "ok"}
    assert browser.get("/readyz").json == {"status": "ready"}


class Broken:
    """A part that is gone."""

    def __getattr__(self, name: str) -> None:
        raise ConnectionError("the database at 10.0.0.7 is gone")


def test_readiness_asks_the_database_and_says_503(world, browser, caplog):
    object.__setattr__(world.house, "sessions", Broken())
    answer = browser.get("/readyz")
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "5")
    assert json.loads(answer.data)["error"] == "temporarily_unavailable"
    assert "10.0.0.7" not in answer.text
    assert "10.0.0.7" in caplog.text
    assert browser.get("/healthz").status_code == 200


def test_readiness_asks_for_a_signing_key(world, browser):
    class NoKeys:
        def algorithms(self):
            return ()

    object.__setattr__(world.house, "keyring", NoKeys())
    assert browser.get("/readyz").status_code == 503
