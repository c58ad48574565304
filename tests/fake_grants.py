"""Grants in memory: codes, tokens and rotation, by the words of the port."""

from __future__ import annotations

from dataclasses import replace

from idp.domain.grant import (
    CodeReplayed,
    Redeemed,
    RefreshReplayed,
    Rotated,
    UnknownCode,
    UnknownRefreshToken,
)
from idp.protocol.scopes import OFFLINE_ACCESS
from tests.fakes import Fake


class FakeGrants(Fake):
    """Codes, tokens and rotation, by the words of the port."""

    def create(self, grant, code):
        self.tables["grants"][grant.id] = grant
        if code is not None:
            self.tables["codes"][code.digest] = (code, None)

    def get(self, grant_id):
        return self.tables["grants"].get(grant_id)

    def redeem(self, code_digest, *, client_id, now):
        code, spent_at = self.tables["codes"].get(code_digest, (None, None))
        if code is None or code.client_id != client_id or not self._is_live(code.grant_id, now):
            return UnknownCode()
        if spent_at is not None:
            return CodeReplayed(code.grant_id)
        if code.expires_at <= now:
            return UnknownCode()
        self.tables["codes"][code_digest] = (code, now)
        return Redeemed(code, self.get(code.grant_id))

    def replace_code(self, code):
        grant = self.get(code.grant_id)
        for digest, (old, spent_at) in list(self.tables["codes"].items()):
            is_its = (old.grant_id, old.client_id) == (code.grant_id, code.client_id)
            if is_its and spent_at is None and grant.revoked_at is None:
                del self.tables["codes"][digest]
                self.tables["codes"][code.digest] = (code, None)
                return True
        return False

    def save_tokens(self, access, refresh):
        self.tables["access"][access.digest] = access
        if refresh is not None:
            self._add_refresh(refresh, predecessor=None)

    def find_access(self, digest, now):
        return self._with_grant(self.tables["access"].get(digest), now)

    def find_refresh(self, digest, now):
        row = self.tables["refresh"].get(digest)
        is_unused = row is not None and row["spent_at"] is None and row["replaced_at"] is None
        return self._with_grant(row["token"], now) if is_unused else None

    def rotate(self, digest, *, successor, client_id, now, retry):
        row = self.tables["refresh"].get(digest)
        if row is None or row["token"].client_id != client_id or not self._is_live(row["token"].grant_id, now):
            return UnknownRefreshToken()
        if row["spent_at"] is not None:
            return self._retry(digest, row, successor, (now, retry))
        if row["replaced_at"] is not None:
            is_old = row["replaced_at"] < now - retry
            return RefreshReplayed(row["token"].grant_id) if is_old else UnknownRefreshToken()
        if row["token"].expires_at <= now:
            return UnknownRefreshToken()
        row["spent_at"] = now
        return self._follow(row["token"], digest, successor)

    def _retry(self, digest, row, successor, times):
        now, retry = times
        followers = [one for one in self.tables["refresh"].values() if one["predecessor"] == digest]
        unused = [one for one in followers if one["spent_at"] is None and one["replaced_at"] is None]
        if row["spent_at"] < now - retry or not unused:
            return RefreshReplayed(row["token"].grant_id)
        unused[0]["replaced_at"] = now
        return self._follow(row["token"], digest, successor)

    def _follow(self, old, digest, successor):
        grant = self.get(old.grant_id)
        end = min(successor.expires_at, grant.expires_at)
        token = replace(successor, grant_id=grant.id, client_id=grant.client_id, scopes=old.scopes, expires_at=end)
        self._add_refresh(token, predecessor=digest)
        return Rotated(grant, old.scopes)

    def _add_refresh(self, token, *, predecessor):
        self.tables["refresh"][token.digest] = {
            "token": token,
            "predecessor": predecessor,
            "spent_at": None,
            "replaced_at": None,
        }

    def revoke(self, grant_id, now):
        grant = self.get(grant_id)
        if grant is None or grant.revoked_at is not None:
            return False
        self.tables["grants"][grant_id] = replace(grant, revoked_at=now)
        return True

    def revoke_access(self, digest, *, client_id):
        token = self.tables["access"].get(digest)
        if token is None or token.client_id != client_id:
            return False
        del self.tables["access"][digest]
        return True

    def revoke_family(self, digest, *, client_id, now):
        row = self.tables["refresh"].get(digest)
        if row is None or row["token"].client_id != client_id or not self._is_live(row["token"].grant_id, now):
            return None
        self.revoke(row["token"].grant_id, now)
        return row["token"].grant_id

    def revoke_for_session(self, session_id, now, *, keep_offline):
        found = [grant for grant in self.tables["grants"].values() if grant.session_id == session_id]
        ended = [grant for grant in found if not (keep_offline and OFFLINE_ACCESS in grant.scopes)]
        return sum(self.revoke(grant.id, now) for grant in ended)

    def _is_live(self, grant_id, now):
        grant = self.get(grant_id)
        return grant is not None and grant.revoked_at is None and grant.expires_at > now

    def _with_grant(self, token, now):
        if token is None or token.expires_at <= now or not self._is_live(token.grant_id, now):
            return None
        return token, self.get(token.grant_id)
