"""Putting the flow machine together for one site: flows read, checked, and ready to walk."""

from __future__ import annotations

from idp.config.attributes import Attributes
from idp.config.findings import ConfigError
from idp.config.site import Site
from idp.domain.ports import ClientStore, Clock, FlowVersionStore, Transactions
from idp.flows.asking import declare_names
from idp.flows.conditions import Conditions
from idp.flows.contexts import Contexts
from idp.flows.library import FlowLibrary
from idp.flows.loader import compile_sources, load_flows
from idp.flows.runtime import FlowRuntime
from idp.flows.step import Registry, StepPorts


def build_runtime(
    *,
    site: Site,
    attributes: Attributes,
    registry: Registry,
    ports: StepPorts,
    clients: ClientStore,
    versions: FlowVersionStore,
    transactions: Transactions,
    clock: Clock,
) -> FlowRuntime:
    """The machine for a site's flows. Raises ConfigError with every finding when they cannot be used."""
    flows, findings = load_flows(site, attributes, registry)
    if flows is None:
        raise ConfigError(findings)
    library = FlowLibrary(flows, versions, lambda sources: compile_sources(sources, site, attributes, registry))
    contexts = Contexts(
        library=library,
        registry=registry,
        conditions=Conditions(declare_names(attributes, site)),
        ports=ports,
        clients=clients,
        clock=clock,
        site=site,
        attributes=attributes,
    )
    return FlowRuntime(contexts=contexts, journeys=ports.journeys, transactions=transactions)
