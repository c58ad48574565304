from __future__ import annotations

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from sqlalchemy.exc import IntegrityError

from idp.domain.subject import ACCOUNT_REALM, Identifier, IdentifierKind, Phone, SubjectStatus
from tests.samples import NOW, make_subject
from tests.stores.makers import later

EMAIL, PHONE = IdentifierKind.EMAIL, IdentifierKind.PHONE
NUMBER = "+819012345678"


def make_login(value=NUMBER, kind=PHONE, realm="wallet"):
    return Identifier(realm=realm, kind=kind, value=value, verified_at=NOW)


def make_taro(**changes: Any):
    return make_subject(**{"id": "taro", "email": "taro@example.jp", "phones": (), **changes})


@pytest.fixture
def subjects(stores):
    assert stores.subjects.create(make_subject())
    assert stores.subjects.create(make_taro())
    return stores.subjects


def find(subjects, value, realm=ACCOUNT_REALM, kind=EMAIL):
    found = subjects.find(realm, kind, value)
    return found.id if found else None


class TestCreating:
    def test_an_account_comes_back_as_it_was(self, stores):
        full = make_subject(
            email="Hanako@Example.jp",
            email_verified_at=None,
            attributes={"name": "大学 花子", "odd": "\x00\ud800", "list": [1, {"a": None}], "flag": True},
            phones=(Phone(number=NUMBER, verified_at=NOW), Phone(number="+81312345678", verified_at=later(hours=1))),
            logins=(make_login("+819000000000"), make_login("h@example.jp", EMAIL)),
        )
        assert stores.subjects.create(full)
        found = stores.subjects.get("hanako")
        assert set(found.logins) == set(full.logins)
        assert found == make_subject(
            **{name: getattr(full, name) for name in ("email", "email_verified_at", "attributes", "phones")},
            logins=found.logins,
        )
        assert stores.subjects.get("nobody") is None

    def test_an_address_belongs_to_one_account_whatever_its_case(self, subjects, stores):
        assert not subjects.create(make_subject(id="second", email="HANAKO@Example.JP"))
        assert subjects.get("second") is None
        assert not stores.sessions.live("second", NOW)

    def test_the_spelling_that_was_given_stays(self, stores):
        stores.subjects.create(make_subject(email="Hanako.D@Example.jp"))
        assert stores.subjects.find(ACCOUNT_REALM, EMAIL, "hanako.d@example.JP").email == "Hanako.D@Example.jp"

    def test_letters_that_only_look_alike_name_somebody_else(self, stores):
        stores.subjects.create(make_subject(email="mike@example.jp"))
        assert find(stores.subjects, "m\u0131ke@example.jp") is None
        assert find(stores.subjects, "mi\u212ae@example.jp") is None
        assert stores.subjects.create(make_taro(email="m\u0131ke@example.jp"))

    def test_an_id_is_never_used_again(self, subjects):
        assert not subjects.create(make_subject(email="new@example.jp"))
        assert subjects.get("hanako").email == "hanako@example.jp"
        assert find(subjects, "new@example.jp") is None

    def test_a_taken_log_in_stores_nothing_either(self, subjects):
        subjects.add_login("taro", make_login())
        newcomer = make_subject(id="new", email="new@example.jp", logins=(make_login("+819000000000"), make_login()))
        assert not subjects.create(newcomer)
        assert subjects.get("new") is None
        assert find(subjects, "+819000000000", "wallet", PHONE) is None
        assert find(subjects, "new@example.jp") is None

    def test_a_refusal_leaves_the_callers_unit_whole(self, subjects, stores):
        with stores.transactions.unit():
            assert not subjects.create(make_subject(id="second"))
            assert subjects.create(make_subject(id="third", email="third@example.jp"))
        assert subjects.get("third") is not None


class TestFinding:
    def test_an_account_by_its_address(self, subjects):
        assert find(subjects, "Hanako@example.jp") == "hanako"
        assert find(subjects, "hanako@example.jp\x00") is None
        assert find(subjects, "") is None

    def test_a_log_in_names_nobody_outside_its_realm(self, subjects):
        subjects.add_login("hanako", make_login("h@example.jp", EMAIL))
        assert find(subjects, "H@example.jp", "wallet") == "hanako"
        assert find(subjects, "h@example.jp") is None
        assert find(subjects, "h@example.jp", "elsewhere") is None
        assert find(subjects, "h@example.jp", "wallet", PHONE) is None

    def test_a_number_may_be_the_second_factor_of_several(self, subjects):
        subjects.add_phone("taro", NUMBER, NOW)
        assert [subject.id for subject in subjects.find_by_phone(NUMBER)] == ["hanako", "taro"]
        assert subjects.find_by_phone("+810000000000") == []

    def test_pages_of_subjects(self, subjects):
        subjects.create(make_subject(id="zoe", email="zoe@example.jp", phones=()))
        assert [subject.id for subject in subjects.list(limit=2)] == ["hanako", "taro"]
        assert [subject.id for subject in subjects.list(after="taro", limit=2)] == ["zoe"]
        assert subjects.list(after="zoe") == []

    def test_a_page_counts_people_not_phones(self, subjects):
        for digit in range(3):
            subjects.add_phone("hanako", f"+81900000000{digit}", NOW)
        assert [subject.id for subject in subjects.list(limit=2)] == ["hanako", "taro"]

    def test_one_statement_each(self, subjects, statements):
        subjects.add_login("hanako", make_login())
        statements.sent.clear()
        subjects.get("hanako")
        subjects.find(ACCOUNT_REALM, EMAIL, "hanako@example.jp")
        subjects.list()
        assert len(statements.sent) == 3


class TestChanging:
    def test_attributes_are_merged_and_none_removes(self, subjects):
        subjects.set_attributes("hanako", {"name": "大学 華子", "remarks": None, "branch": "A", "absent": None}, NOW)
        found = subjects.get("hanako")
        assert found.attributes == {
            "name": "大学 華子",
            "birth_date": "2005-07-07",
            "address": make_subject().attributes["address"],
            "branch": "A",
        }
        assert found.updated_at == NOW
        subjects.set_attributes("nobody", {"name": "x"}, NOW)

    def test_status(self, subjects):
        subjects.set_status("hanako", SubjectStatus.DISABLED, NOW)
        assert not subjects.get("hanako").is_active
        assert subjects.get("taro").is_active
        subjects.set_status("hanako", SubjectStatus.ACTIVE, later(hours=1))
        assert subjects.get("hanako").is_active
        assert subjects.get("hanako").updated_at == later(hours=1)

    def test_another_address_frees_the_old_one(self, subjects):
        assert subjects.set_email("hanako", "New@example.jp", NOW, later(seconds=1))
        found = subjects.get("hanako")
        assert (found.email, found.email_verified_at, found.updated_at) == ("New@example.jp", NOW, later(seconds=1))
        assert find(subjects, "new@example.jp") == "hanako"
        assert find(subjects, "hanako@example.jp") is None
        assert subjects.create(make_subject(id="second", phones=()))

    def test_a_taken_address_changes_nothing(self, subjects):
        assert not subjects.set_email("hanako", "TARO@example.jp", NOW, NOW)
        assert subjects.get("hanako") == make_subject()
        assert find(subjects, "taro@example.jp") == "taro"

    def test_the_same_address_in_another_spelling(self, subjects):
        assert subjects.set_email("hanako", "HANAKO@example.jp", NOW, NOW)
        assert subjects.get("hanako").email == "HANAKO@example.jp"
        assert find(subjects, "hanako@example.jp") == "hanako"

    def test_another_address_leaves_log_ins_alone(self, subjects):
        subjects.add_login("hanako", make_login("h@example.jp", EMAIL))
        subjects.set_email("hanako", "new@example.jp", NOW, NOW)
        assert find(subjects, "h@example.jp", "wallet") == "hanako"

    def test_a_proof_counts_for_the_address_that_was_proven_only(self, stores):
        stores.subjects.create(make_subject(email_verified_at=None))
        stores.subjects.mark_email_verified("hanako", "old@example.jp", NOW)
        assert stores.subjects.get("hanako").email_verified_at is None
        stores.subjects.mark_email_verified("hanako", "HANAKO@example.jp", NOW)
        assert stores.subjects.get("hanako").email_verified_at == NOW

    def test_a_proof_of_somebody_elses_address_proves_nothing(self, subjects):
        before = subjects.get("taro").email_verified_at
        subjects.mark_email_verified("hanako", "taro@example.jp", NOW)
        assert subjects.get("taro").email_verified_at == before
        assert subjects.get("hanako") == make_subject()


class TestPhonesAndLogins:
    def test_phones_are_added_once_and_removed(self, subjects):
        subjects.add_phone("taro", NUMBER, NOW)
        subjects.add_phone("taro", NUMBER, later(hours=1))
        subjects.add_phone("taro", "+81312345678", later(hours=2))
        assert subjects.get("taro").phones == (
            Phone(number=NUMBER, verified_at=NOW),
            Phone(number="+81312345678", verified_at=later(hours=2)),
        )
        assert subjects.remove_phone("taro", NUMBER)
        assert not subjects.remove_phone("taro", NUMBER)
        assert [phone.number for phone in subjects.get("taro").phones] == ["+81312345678"]
        assert [phone.number for phone in subjects.get("hanako").phones] == [NUMBER]

    def test_nobody_has_no_phone(self, subjects):
        with pytest.raises(IntegrityError):
            subjects.add_phone("nobody", NUMBER, NOW)

    def test_a_log_in_is_never_moved_to_somebody_else(self, subjects):
        assert subjects.add_login("hanako", make_login())
        assert not subjects.add_login("taro", make_login())
        assert find(subjects, NUMBER, "wallet", PHONE) == "hanako"
        assert subjects.get("taro").logins == ()

    def test_adding_ones_own_log_in_again_is_harmless(self, subjects):
        subjects.add_login("hanako", make_login())
        assert subjects.add_login("hanako", make_login())
        assert subjects.get("hanako").logins == (make_login(),)

    def test_the_same_value_may_be_a_log_in_of_another_realm(self, subjects):
        assert subjects.add_login("hanako", make_login())
        assert subjects.add_login("taro", make_login(realm="other"))

    def test_the_accounts_own_address_is_no_log_in(self, subjects):
        with pytest.raises(ValueError, match="no log-in"):
            subjects.add_login("hanako", make_login("x@example.jp", EMAIL, ACCOUNT_REALM))
        assert subjects.get("hanako").logins == ()

    def test_several_phones_and_log_ins_are_each_there_once(self, subjects):
        for digit in range(3):
            subjects.add_phone("hanako", f"+81900000000{digit}", NOW)
            subjects.add_login("hanako", make_login(f"+81900000000{digit}"))
        found = subjects.get("hanako")
        assert (len(found.phones), len(found.logins)) == (4, 3)


def test_sign_ins_are_remembered_for_each_client(subjects):
    assert not subjects.has_signed_in("hanako", "portal")
    subjects.record_sign_in("hanako", "portal", NOW)
    subjects.record_sign_in("hanako", "portal", later(days=1))
    assert subjects.has_signed_in("hanako", "portal")
    assert not subjects.has_signed_in("hanako", "app")
    assert not subjects.has_signed_in("taro", "portal")


class TestPasswords:
    def test_none_is_set_at_first(self, subjects, stores):
        assert stores.passwords.get("hanako") is None
        assert stores.passwords.changed_at("hanako") is None

    def test_setting_replaces(self, subjects, stores):
        stores.passwords.set("hanako", "first", NOW)
        stores.passwords.set("hanako", "second", later(days=1))
        stores.passwords.set("taro", "other", NOW)
        assert stores.passwords.get("hanako") == "second"
        assert stores.passwords.changed_at("hanako") == later(days=1)


def test_whoever_holds_an_account_waits_for_the_one_before_and_reads_what_that_one_wrote(subjects, stores):
    holds, may_end, order = threading.Event(), threading.Event(), []

    def reset():
        with stores.transactions.unit():
            stores.subjects.hold("hanako")
            holds.set()
            assert may_end.wait(10)
            stores.passwords.set("hanako", "new", NOW)
            order.append("reset")

    def sign_in():
        assert holds.wait(10)
        with stores.transactions.unit():
            assert stores.passwords.get("hanako") is None, "read before anything was held"
            stores.subjects.hold("hanako")
            order.append(stores.passwords.get("hanako"))

    with ThreadPoolExecutor(2) as pool:
        both = [pool.submit(reset), pool.submit(sign_in)]
        assert holds.wait(10)
        time.sleep(0.1)
        may_end.set()
        for one in both:
            one.result(20)
    assert order == ["reset", "new"]
