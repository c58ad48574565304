"""The `SEKISHO_*` variables: which there are, what they may hold. Reading the real environment is `settings.py`'s."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from idp.config.addresses import issuer_problem
from idp.config.findings import Finding
from idp.config.suggest import did_you_mean

PREFIX = "SEKISHO_"
UNKNOWN_VARIABLE, WRONG_VALUE, NO_FILE = "S0040", "S0041", "S0044"
LOWEST_PORT, HIGHEST_PORT = 1024, 65525
_SCHEMES = {
    "database": ("sqlite:", "postgresql:", "postgresql+psycopg:"),
    "redis": ("redis:", "rediss:", "unix:"),
}
"""How the addresses may begin; those of mail, SMS and voice name their vendor, which the providers know."""
_URLS = ("database", "redis", "mail", "sms", "voice")
KNOWN = (
    *(f"{PREFIX}{name.upper()}_URL" for name in _URLS),
    *(f"{PREFIX}{name}" for name in ("ISSUER", "PORT_BASE", "CA_FILE")),
)
FOR_TESTS = f"{PREFIX}TEST_"
"""Variables that only the tests read."""


@dataclass(slots=True)
class Environment:
    """What the variables say. `urls` holds those that are set, by database, redis, mail, sms, voice."""

    urls: dict[str, str] = field(default_factory=dict)
    issuer: str | None = None
    port_base: int | None = None
    ca_file: Path | None = None
    findings: list[Finding] = field(default_factory=list)
    notices: list[Finding] = field(default_factory=list)


def read_environment(environ: Mapping[str, str], *, is_development: bool) -> Environment:
    """The variables, with a finding for each that is unknown or holds something else; empty ones count as not set."""
    environment = Environment()
    for name in sorted(environ):
        if not name.startswith(PREFIX) or name.startswith(FOR_TESTS):
            continue
        if name not in KNOWN:
            _note(
                environment.findings,
                name,
                UNKNOWN_VARIABLE,
                "There is no such setting",
                suggestion=did_you_mean(name, KNOWN),
            )
        elif value := environ[name].strip():
            _take(environment, name, value, is_development=is_development)
    return environment


def _take(environment: Environment, name: str, value: str, *, is_development: bool) -> None:
    match name.removeprefix(PREFIX):
        case "ISSUER":
            _take_issuer(environment, name, value, is_development=is_development)
        case "PORT_BASE":
            _take_port_base(environment, name, value)
        case "CA_FILE":
            environment.ca_file = Path(value).absolute()
            if not environment.ca_file.is_file():
                _note(environment.findings, name, NO_FILE, "There is no such file")
        case url:
            _take_url(environment, name, url.removesuffix("_URL").lower(), value)


def _take_issuer(environment: Environment, name: str, value: str, *, is_development: bool) -> None:
    problem = issuer_problem(value)
    if problem is not None and problem.development_only and is_development:
        _note(environment.notices, name, WRONG_VALUE, f"The issuer {problem.message}; this is for development only")
    elif problem is not None:
        _note(environment.findings, name, WRONG_VALUE, f"The issuer {problem.message}")
    environment.issuer = value


def _take_port_base(environment: Environment, name: str, value: str) -> None:
    # int() alone would take signs, spaces, underscores and digits of other scripts.
    if value.isascii() and value.isdigit() and LOWEST_PORT <= int(value[:6]) <= HIGHEST_PORT:
        environment.port_base = int(value)
    else:
        said = f"must be a number from {LOWEST_PORT} to {HIGHEST_PORT}"
        _note(environment.findings, name, WRONG_VALUE, said, suggestion="9100")


def _take_url(environment: Environment, name: str, kind: str, value: str) -> None:
    schemes = _SCHEMES.get(kind, ())
    if schemes and f"{value.partition(':')[0].lower()}:" not in schemes:
        _note(environment.findings, name, WRONG_VALUE, f"must begin with {' or '.join(schemes)}")
    environment.urls[kind] = value


def _note(notes: list[Finding], name: str, code: str, message: str, *, suggestion: str | None = None) -> None:
    notes.append(Finding(file=name, line=0, column=0, code=code, message=message, suggestion=suggestion))
