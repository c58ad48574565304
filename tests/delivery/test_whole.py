"""The worker of the sample site, as `demo` runs it: from a job to a message in the development outbox."""

import shutil
import time
from datetime import timedelta
from pathlib import Path

import pytest

from idp.delivery import build_worker
from idp.domain.challenge import Challenge, Channel
from idp.domain.outbox import Job, JobKind
from idp.domain.subject import Subject, SubjectStatus
from idp.services import build_services
from idp.settings import from_env
from idp.stores import Database
from idp.stores.migrations import upgrade

ROOT = Path(__file__).parents[2]
PARTS = ("flows", "locales", "templates")
FILES = ("site.yaml", "clients.yaml", "attributes.yaml")


@pytest.fixture
def house(tmp_path):
    """The sample site in a folder of its own."""
    for name in FILES:
        shutil.copy(ROOT / name, tmp_path / name)
    for name in PARTS:
        shutil.copytree(ROOT / name, tmp_path / name)
    settings = from_env(tmp_path, development=True, environ={})
    database = Database(settings.database_url)
    upgrade(database.engine)
    database.close()
    services = build_services(settings)
    yield services
    services.transactions.close()


@pytest.fixture
def worker(house):
    worker = build_worker(house)
    worker.start()
    yield worker
    worker.stop()
    assert worker.join(5)


def add_account(house):
    now = house.clock.now()
    house.subjects.create(
        Subject(
            id="s1",
            status=SubjectStatus.ACTIVE,
            email="hanako@example.jp",
            email_verified_at=now,
            created_at=now,
            updated_at=now,
        )
    )


def add_challenge(house, *, channel, address, let_in):
    now = house.clock.now()
    challenge = Challenge(
        id=house.secrets.identifier(),
        journey_id="j1",
        purpose=channel.value,
        channel=channel,
        address=address,
        secret_digest="d" * 64,
        is_link=False,
        created_at=now,
        expires_at=now + timedelta(minutes=10),
        matches=None,
    )
    payload = {
        "challenge_id": challenge.id,
        "template": "code",
        "channel": channel.value,
        "address": address,
        "locale": "ja",
        "secret": "048213",
        "let_in": let_in,
        "hook": None,
        "send": None,
        "otherwise": "no_account",
        "params": {"client_id": "portal", "expires_at": challenge.expires_at.isoformat()},
    }
    job = Job(
        id=house.secrets.identifier(),
        kind=JobKind.CHALLENGE,
        payload=payload,
        due_at=now,
        expires_at=challenge.expires_at,
    )
    with house.transactions.unit():
        house.challenges.create(challenge)
        house.outbox.add(job)


def arrived(house, to, within=15.0):
    end = time.monotonic() + within
    while not (found := house.dev_outbox.list(to)) and time.monotonic() < end:
        time.sleep(0.01)
    assert len(found) == 1
    return found[0].message


def test_a_code_arrives_by_mail(house, worker):
    add_account(house)
    add_challenge(house, channel=Channel.MAIL, address="hanako@example.jp", let_in="known")
    message = arrived(house, "hanako@example.jp")
    assert message.code == "048213"
    assert "048213" in message.subject
    assert "048213" in message.text
    assert "048213" in message.html


@pytest.mark.parametrize("channel", [Channel.SMS, Channel.VOICE])
def test_a_code_arrives_by_sms_and_by_voice(house, worker, channel):
    add_challenge(house, channel=channel, address="+819012345678", let_in="anyone")
    message = arrived(house, "+819012345678")
    assert (message.channel, message.code) == (channel, "048213")


def test_an_unknown_address_learns_so_by_mail_only(house, worker):
    add_challenge(house, channel=Channel.MAIL, address="dareka@example.jp", let_in="known")
    message = arrived(house, "dareka@example.jp")
    assert message.code is None
    assert "048213" not in f"{message.subject}{message.text}{message.html}"
