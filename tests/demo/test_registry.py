"""The registry stub: whom it knows, what it takes once, its switch and its signature."""

from __future__ import annotations

import hashlib
import hmac

import pytest


@pytest.fixture
def registry(open_tab):
    return open_tab("registry")


def ask(registry, path="/members", **body: object):
    headers = body.pop("headers", {})
    return registry.post(path, None, json=body, headers=headers).page


@pytest.mark.parametrize("email", ["hanako@example.jp", "taro@example.jp", "kumiai@example.jp"])
def test_a_member_is_found_with_a_number(email, registry):
    answer = ask(registry, email=email).json
    assert answer["found"] is True
    assert answer["count"] == 1
    assert answer["member_number"]
    assert {"name", "kana", "birth_date", "phone", "postcode", "address", "branch", "member_type"} <= answer.keys()


def test_an_applicant_is_found_without_a_number(registry):
    answer = ask(registry, email="shinnyu@example.jp", birth_date="2007-04-02").json
    assert answer["found"] is True
    assert answer["name"] == "新入 生"
    assert "member_number" not in answer
    assert "email" not in answer


def test_the_seeded_birth_dates(registry):
    assert ask(registry, email="shinnyu@example.jp").json["birth_date"] == "2007-04-02"
    assert ask(registry, email="kumiai@example.jp").json["birth_date"] == "2006-11-03"


def test_of_several_people_at_one_address_nothing_is_told_before_the_date(registry):
    assert ask(registry, email="kyodai@example.jp").json == {"found": True, "count": 2}
    elder = ask(registry, email="kyodai@example.jp", birth_date="2006-05-05").json
    younger = ask(registry, email="kyodai@example.jp", birth_date="2008-09-09").json
    assert elder["count"] == younger["count"] == 1
    assert elder["name"] != younger["name"]


@pytest.mark.parametrize(
    "asked",
    [{"email": "nobody@example.jp"}, {"email": "hanako@example.jp", "birth_date": "1999-01-01"}, {"email": ""}],
)
def test_who_is_not_known_is_not_found(asked, registry):
    assert ask(registry, **asked).json == {"found": False, "count": 0}


def test_an_address_is_known_however_it_is_written(registry):
    assert ask(registry, email=" HANAKO@example.jp ").json["found"] is True


@pytest.mark.parametrize("body", [{}, {"email": 7}, {"email": "a@b.example", "birth_date": 7}, {"email": None}])
def test_a_question_that_is_none_is_refused(body, registry):
    assert ask(registry, **body).status_code == 400


@pytest.mark.parametrize("raw", ["", "[]", "{", "null", '"x"'])
def test_a_body_that_is_no_object_is_refused(raw, registry):
    assert registry.post("/members", raw).page.status_code == 400


def test_a_joining_is_taken_once_per_key(registry):
    first = ask(registry, "/joinings", name="新入 生", remarks="よろしく", headers={"Idempotency-Key": "k1"})
    again = ask(registry, "/joinings", name="新入 生", remarks="よろしく", headers={"Idempotency-Key": "k1"})
    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json == again.json == {"accepted": True, "id": 1}
    assert ask(registry, "/joinings", name="別人", headers={"Idempotency-Key": "k1"}).status_code == 409
    [taken] = registry.get("/joinings").page.json
    assert taken["received"] == {"name": "新入 生", "remarks": "よろしく"}
    assert taken["idempotency_key"] == "k1"


def test_joinings_outlive_the_process(open_tab, tmp_path):
    kept = tmp_path / "registry.json"
    ask(open_tab("registry", state=kept), "/joinings", name="新入 生", headers={"Idempotency-Key": "k1"})
    again = open_tab("registry", state=kept)
    assert len(again.get("/joinings").page.json) == 1
    assert ask(again, "/joinings", name="新入 生", headers={"Idempotency-Key": "k1"}).status_code == 200


def test_the_switch_makes_both_systems_answer_503(registry):
    assert ask(registry, "/_down", down=True).json == {"down": True}
    assert ask(registry, email="hanako@example.jp").status_code == 503
    assert ask(registry, "/joinings", name="x").status_code == 503
    assert ask(registry, "/_down", down="yes").status_code == 400
    assert ask(registry, "/_down", down=False).json == {"down": False}
    assert ask(registry, email="hanako@example.jp").status_code == 200


def test_with_a_secret_only_signed_bodies_are_taken(open_tab):
    registry = open_tab("registry", secret="shared")
    body = b'{"email": "hanako@example.jp"}'
    good = hmac.new(b"shared", body, hashlib.sha256).hexdigest()
    assert registry.post("/members", body).page.status_code == 401
    for signature, status in ((good, 200), (good[:-1] + "x", 401), ("", 401)):
        headers = {"X-Sekisho-Signature": f"sha256={signature}"}
        assert registry.post("/members", body, headers=headers).page.status_code == status
    assert (
        registry.post("/members", body + b" ", headers={"X-Sekisho-Signature": f"sha256={good}"}).page.status_code
        == 401
    )
