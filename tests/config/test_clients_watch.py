"""Running servers follow clients.yaml: good changes are taken, bad ones are not."""

from __future__ import annotations

import logging
import os
from pathlib import Path

import pytest

from idp.config.client_rules import Known
from idp.config.clients_watch import ClientsWatch
from tests.config.sites import CLIENTS, make_site, swap

KNOWN = Known(levels=("pwd", "mfa"), scopes=None, locales=("ja", "en"), flows=frozenset({"sign_in"}))


def watch(folder: Path) -> ClientsWatch:
    return ClientsWatch(make_site(folder) / "clients.yaml", KNOWN, is_development=True)


def write(folder: Path, text: str) -> None:
    """Replace the file as editors do, so that it is another one for the system whatever its clock says."""
    draft = folder / "clients.new"
    draft.write_text(text)
    draft.replace(folder / "clients.yaml")


def ids(clients: ClientsWatch) -> list[str]:
    return [client.id for client in clients()]


def test_a_change_is_followed(tmp_path: Path):
    clients = watch(tmp_path)
    assert ids(clients) == ["app", "portal"]
    write(tmp_path, CLIENTS.replace("  app:", "  mobile:"))
    assert ids(clients) == ["mobile", "portal"]


def test_a_bad_change_is_logged_and_the_last_good_clients_stay(tmp_path: Path, caplog: pytest.LogCaptureFixture):
    clients = watch(tmp_path)
    before = clients()
    write(tmp_path, swap(CLIENTS, "min_acr: pwd", "min_acr: mfaa"))
    with caplog.at_level(logging.ERROR):
        assert clients() == before
        assert clients() == before
    assert len(caplog.records) == 1
    assert "clients.yaml:7:14 C0014" in caplog.text


def test_a_file_that_is_gone_for_a_moment_changes_nothing(tmp_path: Path):
    clients = watch(tmp_path)
    before = clients()
    (tmp_path / "clients.yaml").unlink()
    assert clients() == before
    write(tmp_path, CLIENTS.replace("  app:", "  mobile:"))
    assert ids(clients) == ["mobile", "portal"]


def test_an_unchanged_file_is_not_read_again(tmp_path: Path):
    clients = watch(tmp_path)
    before = clients()
    path = tmp_path / "clients.yaml"
    status = path.stat()
    path.write_text("x" * status.st_size)
    os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns))
    assert clients() is before


def test_ports_are_moved_in_what_is_read_again(tmp_path: Path):
    clients = ClientsWatch(make_site(tmp_path) / "clients.yaml", KNOWN, is_development=True, moved=(9000, 9300))
    assert clients()[1].home_uri == "http://localhost:9301/"
