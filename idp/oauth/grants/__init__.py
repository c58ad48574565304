"""Grant types of the token endpoint, one file each. Discovery reads the same tuple as the engine."""

from __future__ import annotations

from idp.oauth.grants.authorization_code import CodeGrant
from idp.oauth.grants.client_credentials import CredentialsGrant
from idp.oauth.grants.refresh_token import RefreshGrant

GRANTS = (CodeGrant, RefreshGrant, CredentialsGrant)
GRANT_TYPES = tuple(str(grant.GRANT_TYPE) for grant in GRANTS)

__all__ = ["GRANTS", "GRANT_TYPES", "CodeGrant", "CredentialsGrant", "RefreshGrant"]
