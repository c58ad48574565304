"""Revocation, introspection and userinfo."""

from __future__ import annotations

from dataclasses import replace

import pytest

from idp.domain.subject import SubjectStatus
from idp.protocol.errors import BearerError, TokenError
from tests.samples import ISSUER, NOW, make_subject


def introspected(engine, token, client="portal", **more: str):
    return engine.oauth.introspect(engine.call("introspect", client, token=token, **more))


def revoke(engine, token, client, **more: str):
    engine.oauth.revoke(engine.call("revoke", client, token=token, **more))


class TestRevocation:
    @pytest.mark.spec("RFC7009", "2.1")
    def test_an_access_token_goes_alone(self, engine):
        first = engine.refresh(engine.refresh_token())
        revoke(engine, first["access_token"], "app")
        assert not engine.is_good(first["access_token"])
        assert engine.refresh(first["refresh_token"])["access_token"]

    @pytest.mark.spec("RFC7009", "2.1")
    @pytest.mark.parametrize("hint", ["refresh_token", "access_token", "nonsense", None])
    def test_a_refresh_token_takes_the_whole_grant_with_it(self, engine, hint):
        first = engine.refresh(engine.refresh_token())
        revoke(engine, first["refresh_token"], "app", **({"token_type_hint": hint} if hint else {}))
        assert not engine.is_good(first["access_token"])
        with pytest.raises(TokenError):
            engine.refresh(first["refresh_token"])
        assert engine.stored.audit.kinds[-1] == "grant.revoked"

    @pytest.mark.spec("RFC7009", "2.1")
    def test_after_a_lost_answer_the_only_token_that_the_client_knows_revokes_the_family(self, engine):
        known = engine.refresh_token()
        lost = engine.refresh(known)
        revoke(engine, known, "app")
        assert not engine.is_good(lost["access_token"])
        for token in (known, lost["refresh_token"]):
            with pytest.raises(TokenError):
                engine.refresh(token)

    @pytest.mark.spec("RFC7009", "2.2")
    @pytest.mark.parametrize("token", ["unknown", "x" * 9000, "\ud800"])
    def test_what_nobody_knows_is_revoked_already(self, engine, token):
        revoke(engine, token, "portal")

    @pytest.mark.spec("RFC7009", "2.1")
    def test_another_clients_token_is_answered_alike_and_left_alone(self, engine):
        token = engine.refresh_token()
        answer = engine.redeem(engine.code())
        revoke(engine, token, "portal")
        revoke(engine, answer["access_token"], "app")
        assert engine.refresh(token)["access_token"]
        assert engine.is_good(answer["access_token"])

    def test_without_a_token_or_without_a_client_it_is_an_error(self, engine):
        with pytest.raises(TokenError, match="invalid_request"):
            revoke(engine, None, "portal")
        with pytest.raises(TokenError, match="invalid_client"):
            revoke(engine, "x", None)


class TestIntrospection:
    @pytest.mark.spec("RFC7662", "2.2")
    def test_a_client_learns_about_its_own_access_token(self, engine):
        answer = engine.redeem(engine.code())
        assert introspected(engine, answer["access_token"]) == {
            "active": True,
            "iss": ISSUER,
            "client_id": "portal",
            "sub": "hanako",
            "aud": "portal",
            "scope": "openid profile",
            "iat": int(NOW.timestamp()),
            "exp": int(NOW.timestamp()) + 600,
            "token_type": "Bearer",
        }

    @pytest.mark.spec("RFC7662", "2.1")
    def test_a_refresh_token_is_told_about_too(self, engine):
        code = engine.code(engine.stored.clients.get("other"), scopes=("openid", "offline_access"))
        grants = frozenset({"authorization_code", "refresh_token"})
        other = replace(engine.stored.clients.get("other"), grant_types=grants)
        engine.stored.clients.tables["clients"]["other"] = other
        token = engine.redeem(code, client="other")["refresh_token"]
        found = introspected(engine, token, "other", token_type_hint="refresh_token")
        assert (found["active"], found["scope"]) == (True, "openid offline_access")
        assert "token_type" not in found

    @pytest.mark.spec("RFC7662", "4")
    @pytest.mark.parametrize("token", ["unknown", "x" * 9000])
    def test_nothing_is_said_about_anything_else(self, engine, token):
        assert introspected(engine, token) == {"active": False}

    @pytest.mark.spec("RFC7662", "4")
    def test_nor_about_another_clients_token_unless_it_is_meant_for_this_one(self, engine):
        token = engine.redeem(engine.code())["access_token"]
        assert introspected(engine, token, "other") == {"active": False}
        stored = engine.stored.grants.tables["access"]
        [(digest, access)] = stored.items()
        stored[digest] = replace(access, audience="other-resource")
        assert introspected(engine, token, "other")["aud"] == "other-resource"

    def test_nor_after_its_end(self, engine):
        token = engine.redeem(engine.code())["access_token"]
        engine.clock.wait(seconds=600)
        assert introspected(engine, token) == {"active": False}

    def test_nor_about_people_who_were_disabled(self, engine):
        token = engine.redeem(engine.code())["access_token"]
        engine.stored.subjects.put(make_subject(status=SubjectStatus.DISABLED))
        assert introspected(engine, token) == {"active": False}

    @pytest.mark.spec("RFC7662", "2.1")
    def test_public_clients_are_not_served(self, engine):
        with pytest.raises(TokenError, match="invalid_client"):
            introspected(engine, "x", "app")

    def test_a_client_acting_for_itself_is_the_subject(self, engine):
        token = engine.ask("other", grant_type="client_credentials")["access_token"]
        assert introspected(engine, token, "other")["sub"] == "other"


class TestUserinfo:
    @pytest.mark.spec("OIDC.Core", "5.3")
    def test_claims_are_those_of_the_scopes(self, engine):
        answer = engine.redeem(engine.code(scopes=("openid", "phone")))
        assert engine.oauth.userinfo(answer["access_token"]) == {
            "sub": "hanako",
            "phone_number": "+819012345678",
            "phone_number_verified": True,
        }

    @pytest.mark.spec("RFC6750", "3.1")
    def test_every_other_token_is_refused(self, engine):
        answer = engine.redeem(engine.code())
        token = str(answer["access_token"])
        others = [engine.refresh_token(), engine.code(), answer["id_token"], token[:-1], token + "=", token.upper(), ""]
        for other in others:
            with pytest.raises(BearerError) as caught:
                engine.oauth.userinfo(other)
            assert (caught.value.code, caught.value.status) == ("invalid_token", 401)

    @pytest.mark.spec("RFC9068", "4")
    @pytest.mark.spec("RFC6750", "5.2")
    @pytest.mark.spec("RFC6750", "3.1")
    def test_a_token_for_another_resource_is_refused(self, engine):
        token = engine.redeem(engine.code())["access_token"]
        stored = engine.stored.grants.tables["access"]
        stored.update({digest: replace(access, audience="wallet") for digest, access in stored.items()})
        assert not engine.is_good(token)

    @pytest.mark.spec("RFC6750", "3.1")
    def test_a_token_without_openid_lacks_scope(self, engine):
        token = engine.redeem(engine.code(scopes=("email",)))["access_token"]
        with pytest.raises(BearerError) as caught:
            engine.oauth.userinfo(token)
        assert (caught.value.code, caught.value.status) == ("insufficient_scope", 403)

    def test_nobody_who_was_disabled_is_told_about(self, engine):
        token = engine.redeem(engine.code())["access_token"]
        engine.stored.subjects.put(make_subject(status=SubjectStatus.DISABLED))
        assert not engine.is_good(token)
