"""What `sekisho demo` runs beside the provider: what the site names, and a trial client where it names nobody."""

from __future__ import annotations

from pathlib import Path

import pytest

from idp.cli.demo import greeting
from idp.cli.trial import programs, with_trial
from idp.settings import Settings, from_env
from tests.cli.console import run
from tests.config.sites import CLIENTS, SITE, make_site, swap

ROOT = Path(__file__).parents[2]
NOBODY = "clients: {}\n"
SEEDLESS = swap(SITE, "      signed_in: [portal]\n", "")


def settings_of(folder: Path) -> Settings:
    return from_env(folder, development=True, environ={"SEKISHO_PORT_BASE": "9600"})


def test_the_sample_site_has_all_of_its_clients_and_no_other():
    assert programs(settings_of(ROOT)) == ("portal", "guide", "app", "wallet", "registry")


def test_a_site_that_kept_some_of_the_sample_gets_those(tmp_path: Path):
    settings = settings_of(make_site(tmp_path))
    assert programs(settings) == ("portal", "registry")
    assert with_trial(settings) is settings


@pytest.mark.parametrize(
    "clients", [NOBODY, swap(CLIENTS, "home_uri: http://localhost:9001/", "home_uri: https://a.example/")]
)
def test_a_site_without_a_client_that_runs_here_gets_the_trial_client(tmp_path: Path, clients: str):
    settings = settings_of(make_site(tmp_path, site=SEEDLESS, clients=clients))
    assert programs(settings) == ("trial", "registry")
    written = [client.id for client in settings.load_clients()]
    known = with_trial(settings).load_clients()
    assert [client.id for client in known] == [*written, "trial"]
    assert known[-1].redirect_uris == ("http://localhost:9606/callback",)


def test_the_trial_client_needs_the_flow_sign_in_and_its_name_to_be_free(tmp_path: Path):
    taken = swap(
        swap(CLIENTS, "  app:", "  trial:"), "home_uri: http://localhost:9001/", "home_uri: https://a.example/"
    )
    assert programs(settings_of(make_site(tmp_path, site=swap(SITE, "[portal]", "[trial]"), clients=taken))) == (
        "registry",
    )
    make_site(tmp_path, clients=NOBODY, site=SEEDLESS)
    (tmp_path / "flows" / "sign_in.yaml").rename(tmp_path / "flows" / "enter.yaml")
    assert "trial" not in programs(settings_of(tmp_path))


def test_the_greeting_names_the_addresses_that_there_are(tmp_path: Path):
    assert run("new", tmp_path / "site").exit_code == 0
    settings = settings_of(tmp_path / "site")
    said = "\n".join(greeting(settings, programs(settings)))
    assert [word for word in said.split() if word.startswith("http")] == [
        "http://localhost:9600",
        "http://localhost:9606/",
        "http://localhost:9600/dev/outbox",
    ]
