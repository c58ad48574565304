"""Authlib's errors put into our exits: the code is kept, its description only goes to the log.

Authlib raises ValueError for a description with a quote or a letter outside ASCII in it, and some of its own
descriptions repeat the request; none of those is ever made here.
"""

from __future__ import annotations

from authlib.oauth2 import OAuth2Error

from idp.protocol.errors import ClientRedirectError, ErrorCode, ReturnAddress, TokenError


def to_token_error(error: OAuth2Error) -> TokenError:
    """The answer of a token endpoint."""
    return TokenError(_code_of(error), detail=str(error.description))


def to_redirect_error(error: OAuth2Error, back: ReturnAddress) -> ClientRedirectError:
    """The answer to an authorization request whose address is proven."""
    return ClientRedirectError(_code_of(error), back=back, detail=str(error.description))


def _code_of(error: OAuth2Error) -> ErrorCode:
    try:
        return ErrorCode(error.error)
    except ValueError:
        return ErrorCode.INVALID_REQUEST
