"""kill -9 of everything while people sign up: what was acknowledged is there afterwards, and every message arrives."""

from __future__ import annotations

import threading
import time

import psutil
import pytest
import requests

from tests.e2e.walks import BORN, NEW_PASSWORD, REGISTRATION, Visitor, command

pytestmark = pytest.mark.slow
ROUNDS = 2
PEOPLE = 4
DONE_MAIL = "【大学生協】univcoop マイポータル 登録完了のお知らせ"


class SignUps:
    """People who sign up one after the other until the product dies under them."""

    def __init__(self, product, name) -> None:
        self.product, self.name = product, name
        self.asked: list[str] = []  # an answer said that a link was sent
        self.made: list[str] = []  # an answer said that the account is there

    def run(self):
        for number in range(100):
            try:
                self.sign_up(f"{self.name}-{number}@killed.example.jp")
            except (requests.RequestException, AssertionError):
                return

    def sign_up(self, email):
        visitor = Visitor(self.product)
        visitor.go("portal", "univcoopマイポータルに新規登録")
        visitor.press("continue", email=email, **BORN)
        assert visitor.page.name == "mail_sent"
        self.asked.append(email)
        visitor.browser.open(self.product.outbox.link(email))
        visitor.press("continue")
        visitor.press("continue", **REGISTRATION)
        visitor.press("continue")
        assert visitor.page.name == "done"
        self.made.append(email)


def test_no_acknowledged_account_and_no_message_is_lost_and_it_starts_again_at_once(own_product):
    own_product.start()
    crowd = []
    for number in range(ROUNDS):
        these = [SignUps(own_product, f"r{number}p{one}") for one in range(PEOPLE)]
        crowd += these
        threads = [threading.Thread(target=one.run) for one in these]
        for thread in threads:
            thread.start()
        wait_for(lambda these=these: sum(len(one.made) for one in these) >= 3, seconds=60)
        kill_everything(own_product)
        for thread in threads:
            thread.join(60)
        own_product.start()
    made = [email for one in crowd for email in one.made]
    asked = [email for one in crowd for email in one.asked]
    assert len(made) >= 3 * ROUNDS
    listed = command(own_product, "user", "list", "--json")
    assert [email for email in made if email not in listed] == []
    wait_for(lambda: subjects_to(own_product, made) >= {(email, DONE_MAIL) for email in made}, seconds=90)
    wait_for(lambda: {email for email, _ in subjects_to(own_product, asked)} >= set(asked), seconds=30)
    wait_for(lambda: joined(own_product) >= set(made), seconds=60)
    set_a_password(own_product, made[0])


def kill_everything(product):
    processes = psutil.Process(product.process.pid).children(recursive=True)
    for process in processes:
        process.kill()
    product.kill()
    psutil.wait_procs(processes, timeout=5)


def subjects_to(product, addresses):
    wanted = set(addresses)
    return {(m["to"], m["subject"]) for m in product.outbox.messages() if m["to"] in wanted}


def joined(product):
    taken = requests.get(product.url("registry", "/joinings"), timeout=5).json()
    emails = [joining["received"]["email"] for joining in taken]
    assert len(emails) == len(set(emails)), "taken twice"
    return set(emails)


def set_a_password(product, email):
    visitor = Visitor(product)
    visitor.go("portal", "パスワードの登録")
    visitor.press("send_code", email=email)
    visitor.type_code(email)
    visitor.press("continue")
    visitor.choose_password(NEW_PASSWORD)
    assert visitor.stands_at("portal")


def wait_for(condition, *, seconds):
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.1)
