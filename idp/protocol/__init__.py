"""Rules of OAuth 2.0 and OpenID Connect as pure functions over frozen values.

Each file opens with the sections it implements. Standard library and `idp.domain` only: no clock, no storage, no
web framework, no token library.
"""
