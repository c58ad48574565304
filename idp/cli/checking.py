"""`sekisho flow check`: every mistake of every file of a site, at once."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path

from idp.cli.console import Answer
from idp.config.findings import ConfigError, Finding
from idp.config.site_folder import CLIENTS_FILE, SiteFolder
from idp.config.source import parse_yaml, read_yaml
from idp.config.text_checks import check_texts
from idp.config.texts import Texts
from idp.flows.definition import FlowSet
from idp.flows.entry_checks import check_clients, check_entries
from idp.flows.loader import FOLDER, load_flows
from idp.flows.said_checks import check_said
from idp.settings import inspect
from idp.steps import REGISTRY


def check(site: Path) -> Answer:
    """Check the files as development takes them; what production refuses is `doctor`'s to say."""
    inspection = inspect(site, development=True)
    read = inspection.read
    findings = sort_findings((*inspection.findings, *flow_findings(read), *text_findings(site, read)))
    flows = sorted(path.stem for path in (site / FOLDER).glob("*.yaml") if "." not in path.stem)
    clients = [client.id for client in read.clients or ()]
    said = f"{len(flows)} flows and {len(clients)} clients: no problems."
    return Answer(
        lines=[] if findings else [said],
        data={"flows": flows, "clients": clients},
        findings=findings,
    )


def flow_findings(read: SiteFolder) -> tuple[Finding, ...]:
    """The mistakes of the flows; only those of their YAML while site or attributes cannot be told at all."""
    if read.site is not None and read.attributes is not None:
        flows, findings = load_flows(read.site, read.attributes, REGISTRY)
        return findings if flows is None else (*check_flows(read, flows), *findings)
    files = sorted((read.folder / FOLDER).glob("*.yaml"))
    return tuple(finding for path in files for finding in read_yaml(path, read.folder)[1])


def check_flows(read: SiteFolder, flows: FlowSet) -> Iterator[Finding]:
    """What is wrong with flows that are right by themselves, for the clients that begin with them."""
    clients = read.clients or ()
    texts = {name: parse_yaml(f"{FOLDER}/{name}.yaml", text)[0] for name, text in flows.sources.items()}
    documents = {name: document for name, document in texts.items() if document is not None}
    yield from check_entries(flows.flows, documents, clients)
    with suppress(ConfigError):  # said where the texts are checked
        yield from check_said(flows.flows, documents, _texts(read.folder, read))
    document, _ = read_yaml(read.folder / CLIENTS_FILE, read.folder)
    if document is not None and read.site is not None:
        yield from check_clients(flows.flows, document, clients, read.site.levels)


def text_findings(site: Path, read: SiteFolder) -> tuple[Finding, ...]:
    """The mistakes of the site's texts, and what one of its languages says and another does not."""
    try:
        texts = _texts(site.resolve(), read)
    except ConfigError as error:
        return error.findings
    names = () if read.attributes is None else tuple(read.attributes.by_name)
    return tuple(check_texts(site.resolve(), texts, names))


def _texts(site: Path, read: SiteFolder) -> Texts:
    return Texts.load(site, read.site.locales if read.site is not None else ())


def sort_findings(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """By place, each once."""
    return ConfigError(findings).findings
