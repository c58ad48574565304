"""Reading `site.yaml`, `attributes.yaml` and `clients.yaml` of a folder, checked together; no flows, no texts.

Each file is read and checked as far as the others allow, so that all mistakes of all files come at once.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from idp.config.attributes import Attribute, Attributes, AttributeType
from idp.config.attributes_file import OUR_SCOPES, OWN_CLAIMS, load_attributes
from idp.config.client_rules import Known
from idp.config.clients_file import load_clients
from idp.config.findings import Finding
from idp.config.ports import move_ports
from idp.config.review import Loaded, Review
from idp.config.site import Site
from idp.config.site_file import COUNTRIES, load_site
from idp.config.source import YamlDocument, read_yaml
from idp.config.tree import Path as Place
from idp.domain.client import Client
from idp.domain.values import Json, JsonObject

SITE_FILE, ATTRIBUTES_FILE, CLIENTS_FILE = "site.yaml", "attributes.yaml", "clients.yaml"
SEED_ATTRIBUTE, SEED_CLIENT = 23, 24
NUMBER_TYPES = frozenset({AttributeType.PHONE, AttributeType.IDENTIFIER})


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """How a folder is read: the mode, and what the environment says of issuer and ports."""

    is_development: bool
    issuer: str | None = None
    port_base: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteFolder:
    """What was read. Nothing of it may be used while there are findings; the parts stand for what was meant then."""

    folder: Path
    site: Site | None
    attributes: Attributes | None
    clients: tuple[Client, ...] | None
    findings: tuple[Finding, ...]
    notices: tuple[Finding, ...]


def load_folder(folder: Path, frame: Frame) -> SiteFolder:
    """Read and check the three files of a site folder."""
    read = {name: read_yaml(folder / name, folder) for name in (SITE_FILE, ATTRIBUTES_FILE, CLIENTS_FILE)}
    findings = [finding for _, found in read.values() for finding in found]
    documents = _move(read[SITE_FILE][0], {name: document for name, (document, _) in read.items()}, frame)
    site = _load_site(documents[SITE_FILE], folder, frame)
    attributes = _load_attributes(documents[ATTRIBUTES_FILE], site.draft, frame)
    known = known_words(folder, site.draft, attributes.draft)
    clients = _load_clients(documents[CLIENTS_FILE], known, frame)
    crossings = _check_crossings(documents[SITE_FILE], site.draft, attributes.draft, clients.draft)
    for part in (site, attributes, clients):
        findings += part.findings
    return SiteFolder(
        folder=folder,
        site=site.draft,
        attributes=attributes.draft,
        clients=clients.draft,
        findings=(*findings, *crossings),
        notices=(*site.notices, *attributes.notices, *clients.notices),
    )


def known_words(folder: Path, site: Site | None, attributes: Attributes | None) -> Known:
    """What clients may refer to: levels, scopes, languages and flows of the site, as far as they could be read."""
    own = {scope for _, scope in OWN_CLAIMS.values()}
    return Known(
        levels=site.levels.names if site is not None else (),
        scopes=frozenset(attributes.scopes) | own | OUR_SCOPES if attributes is not None else None,
        locales=site.locales if site is not None else (),
        flows=frozenset(path.stem for path in (folder / "flows").glob("*.yaml") if "." not in path.stem),
    )


def _move(
    site: YamlDocument | None, documents: dict[str, YamlDocument | None], frame: Frame
) -> dict[str, YamlDocument | None]:
    development = site.data.get("development") if site is not None else None
    written = development.get("port_base") if isinstance(development, dict) else None
    if not frame.is_development or frame.port_base is None or not isinstance(written, int):
        return documents
    return {
        name: move_ports(document, written=written, wanted=frame.port_base) if document is not None else None
        for name, document in documents.items()
    }


def _load_site(document: YamlDocument | None, folder: Path, frame: Frame) -> Loaded[Site]:
    if document is None:
        return Loaded(value=None)
    return load_site(document, folder, is_development=frame.is_development, issuer=frame.issuer)


def _load_attributes(document: YamlDocument | None, site: Site | None, frame: Frame) -> Loaded[Attributes]:
    if document is None:
        return Loaded(value=None)
    locales = site.locales if site is not None else ()
    return load_attributes(document, locales=locales, is_development=frame.is_development)


def _load_clients(document: YamlDocument | None, known: Known, frame: Frame) -> Loaded[tuple[Client, ...]]:
    if document is None:
        return Loaded(value=None)
    return load_clients(document, known, is_development=frame.is_development)


def _check_crossings(
    document: YamlDocument | None,
    site: Site | None,
    attributes: Attributes | None,
    clients: tuple[Client, ...] | None,
) -> list[Finding]:
    """What `site.yaml` says that only the other files can tell to be right."""
    if document is None or site is None or attributes is None or clients is None:
        return []
    review = Review(document=document, letter="S", is_development=site.is_development)
    _check_countries(site, attributes, review)
    _check_seeds(site, attributes, [client.id for client in clients], review)
    return review.findings


def _check_countries(site: Site, attributes: Attributes, review: Review) -> None:
    takes_numbers = [item.name for item in attributes.by_name.values() if item.type in NUMBER_TYPES]
    if takes_numbers and not site.countries and "countries" not in review.document.data:
        said = f"countries is missing: no number could be typed into {takes_numbers[0]!r}"
        review.problem((), COUNTRIES, said, suggestion="countries: [JP]")


def _check_seeds(site: Site, attributes: Attributes, clients: Sequence[str], review: Review) -> None:
    stored = [item.name for item in attributes.by_name.values() if item.stored]
    for number, seed in enumerate(site.seeds):
        path: Place = ("development", "seeds", number)
        for name in _keys(seed.get("attributes")):
            place = (*path, "attributes", name)
            if review.check_known(place, SEED_ATTRIBUTE, name, stored, what="stored attribute"):
                _check_seed_value(place, attributes.by_name[name], seed, review)
        for index, client_id in enumerate(_keys(seed.get("signed_in"))):
            review.check_known((*path, "signed_in", index), SEED_CLIENT, client_id, clients, what="client")


def _check_seed_value(place: Place, attribute: Attribute, seed: JsonObject, review: Review) -> None:
    values = seed.get("attributes")
    value = values.get(attribute.name) if isinstance(values, Mapping) else None
    if attribute.type is AttributeType.BOOLEAN and not isinstance(value, bool):
        review.problem(place, SEED_ATTRIBUTE, f"{attribute.name} is true or false")
    if attribute.choices:
        known = [choice.value for choice in attribute.choices]
        review.check_known(place, SEED_ATTRIBUTE, str(value), known, what=f"choice of {attribute.name}")


def _keys(value: Json) -> list[str]:
    return [str(item) for item in value] if isinstance(value, Mapping | Sequence) else []
