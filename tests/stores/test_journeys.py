from __future__ import annotations

from dataclasses import replace

import pytest

from idp.domain.authorization import Prompt, ResponseMode, TrustedRedirect
from tests.samples import NOW, make_request
from tests.stores.makers import later, make_interaction, make_journey

FULL_JOURNEY = make_journey(
    interaction_id="interaction",
    session_id="session",
    subject_id="hanako",
    return_to="http://localhost:9002/",
    locale="ja",
    outcome={"kind": "returned"},
)


@pytest.fixture
def journeys(stores):
    stores.journeys.create(make_journey())
    return stores.journeys


class TestJourneys:
    def test_a_journey_comes_back_as_it_was(self, stores):
        for journey in (FULL_JOURNEY, make_journey(id="plain", state={"odd": "\x00\ud800"})):
            stores.journeys.create(journey)
            assert stores.journeys.get(journey.id) == journey
        assert stores.journeys.get("\x00") is None

    def test_an_expired_journey_is_still_there_to_say_so(self, stores):
        stores.journeys.create(make_journey(expires_at=NOW))
        assert stores.journeys.get("journey") is not None

    def test_saving_raises_the_number(self, journeys):
        changed = replace(FULL_JOURNEY, state_no=1, state={"position": "done"}, expires_at=later(hours=1))
        assert journeys.save(changed, expected_state_no=0)
        assert journeys.get("journey") == changed

    def test_whoever_brings_an_older_number_loses(self, journeys):
        first = make_journey(state_no=1, state={"tab": "first"})
        second = make_journey(state_no=1, state={"tab": "second"})
        assert journeys.save(first, expected_state_no=0)
        assert not journeys.save(second, expected_state_no=0)
        assert journeys.get("journey") == first

    def test_the_number_rises_even_when_the_journey_does_not_say_so(self, journeys):
        assert journeys.save(make_journey(), expected_state_no=0)
        assert not journeys.save(make_journey(), expected_state_no=0)
        assert journeys.get("journey").state_no == 1

    def test_the_flow_version_never_changes(self, journeys):
        journeys.save(make_journey(flow_version="v2"), expected_state_no=0)
        assert journeys.get("journey").flow_version == "v1"

    def test_an_unknown_journey_is_not_saved(self, journeys):
        assert not journeys.save(make_journey(id="unknown"), expected_state_no=0)

    def test_ending_somebodys_journeys_expires_them_but_one_and_whoever_is_half_way_through_loses(self, stores):
        for name in ("mine", "half-way"):
            stores.journeys.create(make_journey(id=name, subject_id="hanako"))
        stores.journeys.create(make_journey(id="other", subject_id="taro"))
        stores.journeys.create(make_journey(id="nobody"))
        half_way = stores.journeys.get("half-way")
        assert stores.journeys.end_all("hanako", NOW, but="mine") == 1
        assert not stores.journeys.save(half_way, expected_state_no=half_way.state_no)
        assert stores.journeys.get("half-way").expires_at == NOW
        live = {name for name in ("mine", "other", "nobody") if stores.journeys.get(name).expires_at > NOW}
        assert live == {"mine", "other", "nobody"}
        assert stores.journeys.end_all("hanako", later(seconds=1), but="mine") == 0

    def test_versions_that_are_still_walked(self, journeys):
        journeys.create(make_journey(id="new", flow_version="v2"))
        journeys.create(make_journey(id="over", flow_version="v0", expires_at=NOW))
        assert journeys.live_versions(NOW) == {"v1", "v2"}


class TestFlowVersions:
    def test_a_source_is_kept_once(self, stores):
        stores.flow_versions.keep("v1", {"sign_in": "flow: 登録"}, NOW)
        stores.flow_versions.keep("v1", {"sign_in": "other"}, later(days=1))
        assert stores.flow_versions.get("v1") == {"sign_in": "flow: 登録"}
        assert stores.flow_versions.get("v2") is None

    def test_all_but_those_still_needed_go(self, stores):
        for version in ("v1", "v2", "v3"):
            stores.flow_versions.keep(version, {}, NOW)
        stores.flow_versions.purge(frozenset({"v2", "unknown"}))
        assert [stores.flow_versions.get(version) for version in ("v1", "v2", "v3")] == [None, {}, None]

    def test_keeping_none_keeps_none(self, stores):
        stores.flow_versions.keep("v1", {}, NOW)
        stores.flow_versions.purge(frozenset())
        assert stores.flow_versions.get("v1") is None


class TestInteractions:
    def test_an_interaction_comes_back_as_it_was(self, stores):
        full = make_interaction(
            request=make_request(
                redirect_uri=TrustedRedirect("jp.example.app:/callback"),
                state="s\x00\ud800\\",
                nonce="大",
                code_challenge="c",
                response_mode=ResponseMode.FORM_POST,
                prompts=frozenset({Prompt.LOGIN, Prompt.CONSENT}),
                max_age=0,
                login_hint="hanako@example.jp",
                ui_locales=("ja", "en"),
                wanted_acr="mfa",
                essential_acr=True,
                hinted_subject_id="hanako",
                claims={"userinfo": {"name": None, "email": {"essential": True}}},
            ),
            journey_id="journey",
            asked=("login", "consent"),
        )
        stores.interactions.create(full)
        assert stores.interactions.get("interaction", NOW) == full
        plain = make_interaction(id="plain")
        stores.interactions.create(plain)
        assert stores.interactions.get("plain", NOW) == plain

    def test_an_expired_or_unknown_interaction_is_none(self, stores):
        stores.interactions.create(make_interaction())
        assert stores.interactions.get("interaction", later(minutes=30)) is None
        assert stores.interactions.get("\x00", NOW) is None

    def test_each_reason_is_remembered_in_order(self, stores):
        stores.interactions.create(make_interaction())
        for number, reason in enumerate(("login", "consent", "login")):
            stores.interactions.asked("interaction", f"journey-{number}", reason)
        found = stores.interactions.get("interaction", NOW)
        assert (found.journey_id, found.asked) == ("journey-2", ("login", "consent", "login"))

    def test_it_is_finished_once(self, stores):
        stores.interactions.create(make_interaction())
        assert stores.interactions.finish("interaction", NOW)
        assert not stores.interactions.finish("interaction", later(seconds=1))
        assert stores.interactions.get("interaction", NOW).finished_at == NOW
        assert not stores.interactions.finish("unknown", NOW)
