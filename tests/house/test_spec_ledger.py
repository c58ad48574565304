"""A rule that the code takes from a specification has a test that carries its section."""

from __future__ import annotations

import pytest

from tests.house.ledger import cited, debt, document_key, is_covered, marked


def test_every_section_cited_in_the_rules_and_the_engine_has_a_test():
    marks = marked()
    missing = {section for section in cited(["idp/protocol", "idp/oauth"]) if not is_covered(section, marks)}
    assert sorted(missing - debt()) == []


def test_the_list_of_untested_sections_only_gets_shorter():
    marks, citations = marked(), cited(["idp/protocol", "idp/oauth"])
    settled = {section for section in debt() if is_covered(section, marks) or section not in citations}
    assert sorted(settled) == []


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("RFC 6749", "RFC6749"),
        ("OpenID Connect Core", "OIDC Core"),
        ("OpenID Connect Back-Channel Logout", "OIDCBackChannelLogout"),
    ],
)
def test_a_document_is_known_by_each_of_its_spellings(one, other):
    assert document_key(one) == document_key(other)


def test_a_mark_on_a_part_covers_the_whole_but_not_the_reverse():
    assert is_covered(("rfc6749", "4.1"), [("rfc6749", "4.1.3")])
    assert not is_covered(("rfc6749", "4.1.3"), [("rfc6749", "4.1")])
    assert not is_covered(("rfc6749", "4.1"), [("rfc6749", "4.10")])
