"""Whatever stands in a site's files, reading them ends in findings and never in a traceback."""

from __future__ import annotations

import copy
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from ruamel.yaml import YAML

from idp.config.attributes_file import load_attributes
from idp.config.client_rules import Known
from idp.config.clients_file import load_clients
from idp.config.site_file import load_site
from idp.config.source import YamlDocument
from tests.config.sites import ATTRIBUTES, CLIENTS, SITE

KNOWN = Known(levels=("pwd", "mfa"), scopes=frozenset({"openid"}), locales=("ja", "en"), flows=frozenset({"sign_in"}))
WRITTEN = {
    "site.yaml": YAML(typ="safe", pure=True).load(SITE),
    "attributes.yaml": YAML(typ="safe", pure=True).load(ATTRIBUTES),
    "clients.yaml": YAML(typ="safe", pure=True).load(CLIENTS),
}
SCALARS = st.one_of(
    st.none(), st.booleans(), st.integers(-10, 10**6), st.sampled_from(["", "x", "5m", "[", "https://[", "a" * 3000])
)
VALUES = st.one_of(SCALARS, st.lists(SCALARS, max_size=2), st.dictionaries(st.sampled_from("ab"), SCALARS, max_size=2))


def places(data: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    inner = data.items() if isinstance(data, dict) else enumerate(data) if isinstance(data, list) else ()
    return [path, *(place for key, value in inner for place in places(value, (*path, key)))]


def put(data: Any, path: tuple[Any, ...], value: Any) -> None:
    for part in path[:-1]:
        data = data[part]
    data[path[-1]] = value


@pytest.mark.parametrize("name", WRITTEN)
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(chance=st.data())
def test_any_value_at_any_place_is_at_worst_a_finding(name: str, chance: st.DataObject, tmp_path: Path):
    data = copy.deepcopy(WRITTEN[name])
    for _ in range(chance.draw(st.integers(1, 3))):
        place = chance.draw(st.sampled_from(places(data)))
        if place:
            put(data, place, chance.draw(VALUES))
    document = YamlDocument(file=name, data=data, lines=(), keys={}, values={})
    match name:
        case "site.yaml":
            loaded: Any = load_site(document, tmp_path, is_development=True)
        case "attributes.yaml":
            loaded = load_attributes(document, locales=("ja", "en"))
        case _:
            loaded = load_clients(document, KNOWN, is_development=True)
    assert (loaded.value is None) == bool(loaded.findings)
