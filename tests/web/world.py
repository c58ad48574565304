"""The web application on fakes: the sample site's clients, flows of one page, people who are known, and browsers."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from urllib.parse import urlsplit

from flask import Flask
from flask.testing import FlaskClient

from idp.app import assemble
from idp.config.site_folder import Frame, SiteFolder, load_folder
from idp.config.texts import Texts
from idp.domain.client import ClientAuthMethod, ClientType, ConsentPolicy
from idp.domain.session import AuthenticationEvent, Method
from idp.flows.assembly import build_runtime
from idp.flows.outcome import Authenticated, Outcome, outcome_to_json
from idp.flows.step import StepPorts
from idp.oauth.parts import OAuthParts
from idp.oauth.server import OAuthServer
from idp.services import Services, build_catalog
from idp.steps import REGISTRY
from tests import fakes
from tests.fake_grants import FakeGrants
from tests.relying_party import RelyingParty
from tests.samples import ISSUER, make_subject

ROOT = Path(__file__).resolve().parents[2]
FLOWS = Path(__file__).resolve().parent / "site"


class Unused:
    """A port that this test must not touch."""

    def __init__(self, name: str) -> None:
        self._name = name

    def __getattr__(self, verb: str) -> Any:
        raise AssertionError(f"{self._name}.{verb} was not expected")


@cache
def sample_site() -> SiteFolder:
    """The sample site as it is read."""
    return load_folder(ROOT, Frame(is_development=True))


@cache
def sample_texts() -> Texts:
    """Every word of the sample site and the engine."""
    return Texts.load(ROOT, ("ja", "en"))


def more_clients() -> list[Any]:
    """Clients for what the sample's do not show."""
    portal = next(client for client in sample_site().clients or () if client.id == "portal")
    plain = replace(portal, min_acr=None, redirect_uris=("https://rp.example/cb",), backchannel_logout_uri=None)
    return [
        replace(plain, id="plain", home_uri="https://rp.example/", post_logout_redirect_uris=("https://rp.example/",)),
        replace(plain, id="careful", consent=ConsentPolicy.ALWAYS),
        replace(plain, id="lenient", require_pkce=False),
        replace(plain, id="talkative", id_token_claims=True, id_token_alg="ES256"),
        replace(
            plain, id="machine", grant_types=frozenset({"client_credentials"}), flow=None, scopes=frozenset({"read"})
        ),
        replace(plain, id="query", redirect_uris=("https://rp.example/cb?tenant=a",)),
        replace(
            plain,
            id="browser",
            type=ClientType.PUBLIC,
            auth_methods=frozenset({ClientAuthMethod.NONE}),
            secret_digests=(),
        ),
    ]


@dataclass
class World:
    """One house on fakes."""

    house: Services
    app: Flask
    stored: SimpleNamespace
    clock: fakes.FakeClock

    def browser(self) -> FlaskClient:
        """A new browser, with cookies of its own."""
        return self.app.test_client()

    def party(self, browser: FlaskClient, client_id: str, **changes: Any) -> RelyingParty:
        """The relying party of a client."""
        client = self.house.clients.get(client_id)
        assert client is not None
        secret = {"wallet": "wallet-secret"}.get(client_id, "portal-secret") if client.is_confidential else None
        known = {"redirect_uri": next(iter(client.redirect_uris), ""), "secret": secret} | changes
        return RelyingParty(browser, client_id, issuer=ISSUER, **known)

    def now(self) -> float:
        return self.clock.now().timestamp()

    def end_journey(self, location: str, outcome: Outcome) -> str:
        """Let the journey at `location` end so; the address its page leads to."""
        journey = self.house.journeys.get(urlsplit(location).path.rsplit("/", 1)[-1])
        assert journey is not None, location
        subject_id = outcome.subject_id if isinstance(outcome, Authenticated) else None
        end = {"subject_id": subject_id, "outcome": outcome_to_json(outcome)}
        ended = replace(journey, state_no=journey.state_no + 1, **end)
        assert self.house.journeys.save(ended, expected_state_no=journey.state_no)
        return f"/authorize/resume?interaction={journey.interaction_id}"

    def shown(self, *methods: Method, subject: str = "hanako") -> Authenticated:
        """The outcome of somebody who has just shown these."""
        now = self.clock.now()
        return Authenticated(
            subject_id=subject, events=tuple(AuthenticationEvent(method=method, at=now) for method in methods)
        )

    def sign_in(self, browser: FlaskClient, party: RelyingParty, *methods: Method, **request: Any) -> tuple[str, Any]:
        """Walk a browser without session through an authorization request; the answer's address and what was kept."""
        url, kept = party.request(**request)
        journey = browser.get(url).headers["Location"]
        methods = methods or (Method.PASSWORD, Method.SMS)
        answer = browser.get(self.end_journey(journey, self.shown(*methods)))
        return answer.headers["Location"], kept

    def tokens(self, browser: FlaskClient, party: RelyingParty, *methods: Method, **request: Any) -> dict[str, Any]:
        """The token response after a whole sign-in."""
        location, kept = self.sign_in(browser, party, *methods, **request)
        answer = party.redeem(party.read_answer(location, kept)["code"], kept)
        assert answer.status_code == 200, answer.text
        return dict(answer.json)


def build_world(keyring: Any) -> World:
    """Wire the house on fakes."""
    site, attributes = sample_site().site, sample_site().attributes
    assert site is not None
    assert attributes is not None
    tables, clock = fakes.Tables(), fakes.FakeClock()
    stored = SimpleNamespace(
        transactions=tables,
        clients=fakes.FakeClients(tables),
        subjects=fakes.FakeSubjects(tables),
        sessions=fakes.FakeSessions(tables),
        interactions=fakes.FakeInteractions(tables),
        journeys=fakes.FakeJourneys(tables),
        consents=fakes.FakeConsents(tables),
        grants=FakeGrants(tables),
        replays=fakes.FakeReplays(tables),
        challenges=SimpleNamespace(find_link=lambda _: None),
        outbox=fakes.FakeOutbox(tables),
        audit=fakes.FakeAudit(tables),
    )
    for client in (*(sample_site().clients or ()), *more_clients()):
        stored.clients.add(client, clock.now())
    for subject in (make_subject(), make_subject(id="taro", email="taro@example.jp", phones=())):
        stored.subjects.put(subject)
    house = _build_house(site, attributes, stored, (clock, keyring))
    return World(house, assemble(house), stored, clock)


def _build_house(site: Any, attributes: Any, stored: SimpleNamespace, outside: tuple[Any, Any]) -> Services:
    clock, keyring = outside
    given = vars(stored)
    known = {"clock": clock, "secrets": fakes.FakeSecrets(), "digester": fakes.FakeDigester(), "keyring": keyring}
    catalog = build_catalog(attributes)
    engine = {name: port for name, port in {**given, **known}.items() if name in OAuthParts.__dataclass_fields__}
    oauth = OAuthServer(
        OAuthParts(issuer=site.issuer, levels=site.levels, catalog=catalog, replay=stored.replays, **engine)
    )
    steps = {name: {**given, **known}.get(name, Unused(name)) for name in StepPorts.__dataclass_fields__}
    flows = build_runtime(
        site=replace(site, folder=FLOWS),
        attributes=attributes,
        registry=REGISTRY,
        ports=StepPorts(**steps),
        clients=stored.clients,
        versions=SimpleNamespace(keep=lambda *_: None, get=lambda _: None),
        transactions=stored.transactions,
        clock=clock,
    )
    parts = {"site": site, "attributes": attributes, "texts": sample_texts(), "catalog": catalog}
    made = {**given, **known, **parts, "oauth": oauth, "flows": flows}
    return Services(**{name: made.get(name, Unused(name)) for name in Services.__dataclass_fields__})
