"""What a session proves towards a client: `acr`, `amr` and `auth_time`.

Assurance levels are an ordered type; which level events add up to is a rule of the domain. What is stated never
exceeds what was shown, and never falls below what the client always needs.
OpenID Connect Core §2, §3.1.2.1 and §5.5.1.1, RFC 8176 §2.
"""

from __future__ import annotations

from collections.abc import Iterable

from idp.domain.session import AuthenticationContext, AuthenticationEvent, build_amr, reached_level
from idp.domain.values import AssuranceLevels


def known_levels(names: Iterable[str], levels: AssuranceLevels) -> tuple[str, ...]:
    """Those of the names that the site declares."""
    return tuple(name for name in names if name in levels.names)


def weakest_level(names: Iterable[str], levels: AssuranceLevels) -> str | None:
    """The weakest of the declared names: any of the requested ones will do; None when none is declared."""
    return min(known_levels(names, levels), key=levels.rank, default=None)


def build_context(
    events: tuple[AuthenticationEvent, ...],
    levels: AssuranceLevels,
    *,
    essential: tuple[str, ...] = (),
    least: str | None = None,
) -> AuthenticationContext:
    """The authentication context of a session. `events` may not be empty.

    `essential` are the values of an essential `acr`, one of which has to be said (§5.5.1.1): the strongest that was
    reached, unless `least`, what the client always needs, is stronger.
    """
    reached = reached_level(events, levels)
    fitting = [
        name
        for name in known_levels(essential, levels)
        if levels.reaches(reached, name) and levels.reaches(name, least)
    ]
    return AuthenticationContext(
        acr=max(fitting, key=levels.rank, default=reached),
        amr=build_amr(events),
        auth_time=max(event.at for event in events),
    )
