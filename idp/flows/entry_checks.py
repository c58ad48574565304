"""What can be told of a flow once it is known which clients begin with it: who may come where, and what for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from idp.config.findings import Finding
from idp.config.source import YamlDocument
from idp.domain.client import Client, ConsentPolicy
from idp.domain.session import is_two_factor
from idp.domain.values import AssuranceLevels
from idp.flows.definition import Flow, Step
from idp.flows.walks import (
    ADDRESS,
    FACTORS,
    MAYBE_ADDRESS,
    SESSION,
    Known,
    Walks,
    has_credential,
    needs_credential,
    parts_of,
    walk,
)

Documents = Mapping[str, YamlDocument]


def check_entries(flows: Mapping[str, Flow], documents: Documents, clients: Sequence[Client]) -> Iterator[Finding]:
    """Steps that need somebody who has shown a credential, and links without an address, where there never is one."""
    requested = {client.flow for client in clients if client.flow is not None}
    started = {name for client in clients for name in client.starts}
    for name in sorted(_entries(flows, requested | started)):
        walks = walk(flows, name)
        if name not in started - requested and any(not known.isdisjoint(FACTORS) for known in walks.ends.values()):
            walks = walk(flows, name, frozenset({SESSION}))
        yield from _check_credentials(walks, name, documents)
        yield from _check_links(walks, documents)


def _entries(flows: Mapping[str, Flow], named: set[str]) -> set[str]:
    """The flows that clients begin with, and those that nothing leads to yet."""
    led_to = {part for flow in flows.values() for step in flow.steps for part in parts_of(step)}
    return (named | (flows.keys() - led_to)) & flows.keys()


def _check_credentials(walks: Walks, entry: str, documents: Documents) -> Iterator[Finding]:
    empty = [(flow, step) for flow, step, known in walks.steps() if not has_credential(known)]
    found = [(flow, step) for flow, step in empty if needs_credential(step)]
    found = found or [(flow, step) for flow, step in empty if flow.name == entry and _signs_in(step)]
    for flow, step in found:
        message = f"on no way through `{entry}` has anybody shown who they are before this; put a `verify` there"
        yield documents[flow.name].finding((*step.path, step.verb), "F0127", message, key=True)


def _signs_in(step: Step) -> bool:
    return step.verb == "end" and step.config.target == "signed_in"


def _check_links(walks: Walks, documents: Documents) -> Iterator[Finding]:
    for flow, step, known in walks.steps():
        is_link = (step.verb, step.target) == ("verify", "email") and step.config.by == "link"
        wanted = {ADDRESS, MAYBE_ADDRESS} if step.when is not None else {ADDRESS}
        if is_link and known.isdisjoint(wanted):
            message = "a link needs an address, and no page before this asks for one with `email!`"
            yield documents[flow.name].finding((*step.path, step.verb), "F0128", message, key=True)


def check_clients(
    flows: Mapping[str, Flow], document: YamlDocument, clients: Sequence[Client], levels: AssuranceLevels
) -> Iterator[Finding]:
    """Clients whose people could never get what the client wants."""
    for client in clients:
        flow = client.flow or ""
        if flow not in flows or "authorization_code" not in client.grant_types:
            continue
        walks = walk(flows, flow)
        path = ("clients", client.id)
        asks = any(step.verb == "consent" for _, step, _ in walks.steps())
        if client.consent is not ConsentPolicy.NEVER and not asks:
            message = f"the flow `{flow}` never asks for consent, and without it nobody gets in"
            yield document.finding((*path, "consent"), "C0025", message, suggestion="consent: never", key=True)
        wanted = client.min_acr
        if wanted in levels.names and levels.rank(wanted) > _best(walks, flow):
            message = f"the flow `{flow}` never reaches {wanted}: the second level takes a password and a phone"
            yield document.finding((*path, "min_acr"), "C0024", message)


def _best(walks: Walks, entry: str) -> int:
    """The rank of the strongest level that the flow's own steps may reach; -1 when nobody is signed in."""
    known: Known = frozenset().union(
        *(known for flow, step, known in walks.steps() if flow.name == entry and _signs_in(step))
    )
    return int(is_two_factor(known)) if has_credential(known) else -1
