"""All flows of a site: read, compiled, checked against each other, and stamped with a version.

Every mistake of every file is reported at once; a set with mistakes is never used.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from pathlib import Path

from idp.config.attributes import Attributes
from idp.config.findings import ConfigError, Finding
from idp.config.site import Site
from idp.config.source import YamlDocument, parse_yaml, read_yaml
from idp.flows.asking import declare_names
from idp.flows.compiler import Compiler
from idp.flows.conditions import Conditions
from idp.flows.definition import Flow, FlowSet
from idp.flows.graph_checks import check_edges
from idp.flows.loop_checks import check_loops, check_runs
from idp.flows.mistakes import Names
from idp.flows.step import Registry

FOLDER = "flows"
SUFFIX = ".yaml"
TEST_SUFFIX = ".test.yaml"


def load_flows(site: Site, attributes: Attributes, registry: Registry) -> tuple[FlowSet | None, tuple[Finding, ...]]:
    """The flows of the site's folder; None when anything is wrong with them."""
    folder = site.folder / FOLDER
    files = sorted(path for path in folder.glob(f"*{SUFFIX}") if not path.name.endswith(TEST_SUFFIX))
    read = [(path.name.removesuffix(SUFFIX), read_yaml(path, site.folder)) for path in files]
    findings = tuple(finding for _, (_, found) in read for finding in found)
    documents = {name: document for name, (document, _) in read if document is not None}
    if not files:
        findings = (*findings, _no_flows(folder, site))
    unread = frozenset(name for name, (document, _) in read if document is None)
    flows, wrong = compile_documents(documents, site, attributes, registry, unread=unread)
    findings = (*findings, *wrong, *_other_files(folder, site))
    if findings:
        return None, findings
    sources = {name: "\n".join(document.lines) for name, document in documents.items()}
    return FlowSet(version=version_of(sources), flows=flows, sources=sources), ()


def compile_sources(sources: Mapping[str, str], site: Site, attributes: Attributes, registry: Registry) -> FlowSet:
    """A set from stored texts by flow name. Raises ConfigError when today's site cannot carry it any more."""
    read = {name: parse_yaml(f"{FOLDER}/{name}{SUFFIX}", text) for name, text in sources.items()}
    documents = {name: document for name, (document, _) in read.items() if document is not None}
    flows, findings = compile_documents(documents, site, attributes, registry)
    findings = (*(finding for _, found in read.values() for finding in found), *findings)
    if findings:
        raise ConfigError(findings)
    return FlowSet(version=version_of(sources), flows=flows, sources=dict(sources))


def compile_documents(
    documents: Mapping[str, YamlDocument],
    site: Site,
    attributes: Attributes,
    registry: Registry,
    *,
    unread: frozenset[str] = frozenset(),
) -> tuple[Mapping[str, Flow], tuple[Finding, ...]]:
    """Compile every document and check the edges within and between flows.

    `unread` are flows whose files cannot be read; around a step that cannot be read nothing is said of the way.
    """
    conditions = Conditions(declare_names(attributes, site))
    names = Names(
        attributes=attributes,
        site=site,
        flows=frozenset(documents) | unread,
        expressions=frozenset(conditions.declared),
    )
    flows: dict[str, Flow] = {}
    findings: list[Finding] = []
    broken = bool(unread)
    for name, document in documents.items():
        compiler = Compiler(document, registry, names, conditions)
        flows[name] = compiler.compile(name)
        findings += compiler.findings
        broken = broken or not compiler.is_whole
        findings += check_edges(flows[name], document) if compiler.is_whole else ()
    findings += check_runs(flows, documents)
    findings += () if broken else check_loops(flows, documents, registry)
    return flows, tuple(findings)


def version_of(sources: Mapping[str, str]) -> str:
    """The content hash of a set, 32 hex digits."""
    digest = hashlib.sha256()
    for name in sorted(sources):
        for part in (name, sources[name]):
            digest.update(f"{len(part.encode())}:".encode() + part.encode())
    return digest.hexdigest()[:32]


def _other_files(folder: Path, site: Site) -> Iterator[Finding]:
    """A flow under another ending would be missed without a word."""
    for path in sorted(folder.glob("*")):
        if path.suffix.casefold() in {".yml", SUFFIX} and path.suffix != SUFFIX:
            name = path.relative_to(site.folder).as_posix()
            message = f"flows are read from files that end in {SUFFIX}"
            hint = path.with_suffix(SUFFIX).name
            yield Finding(file=name, line=1, column=1, code="F0135", message=message, suggestion=hint)


def _no_flows(folder: Path, site: Site) -> Finding:
    name = folder.relative_to(site.folder).as_posix()
    return Finding(file=name, line=1, column=1, code="F0100", message="there is no flow in this folder")
