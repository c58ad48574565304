"""What only run time can tell ends the journey: it goes neither way, and nobody is stuck at it."""

from __future__ import annotations

import pytest

from idp.flows.outcome import Declined, outcome_from_json
from idp.flows.runtime import JourneyBroken
from tests.flows.own_site import build_own_bench

FAILS = ["user.phones[0] != ''", "int(postcode) > 3", "10 / reply.count > 1", "postcode.matches('[')"]
END = "  - end: signed_in\n"


def outcome_of(bench, journey_id):
    return outcome_from_json(bench.stores.journeys.get(journey_id).outcome)


@pytest.mark.parametrize("condition", FAILS)
def test_a_condition_that_cannot_be_worked_out_ends_the_journey(tmp_path, condition):
    steps = f'  - {{page: first}}\n  - {{page: second, when: "{condition}"}}\n{END}'
    bench = build_own_bench(tmp_path, own=steps)
    walk = bench.walk("own")
    with pytest.raises(JourneyBroken) as broken:
        walk.press("continue")
    assert broken.value.client_id == "portal"
    assert outcome_of(bench, walk.journey.id) == Declined(error="server_error")
    walk.journey = bench.stores.journeys.get(walk.journey.id)
    assert walk.look() == Declined(error="server_error")


def test_a_journey_that_is_broken_from_the_start_is_over(tmp_path):
    bench = build_own_bench(tmp_path, own=f'  - {{page: first, when: "int(postcode) > 3"}}\n{END}')
    with pytest.raises(JourneyBroken):
        bench.walk("own")


def test_a_link_whose_condition_cannot_be_worked_out_ends_the_journey(tmp_path):
    page = '  - {page: first, links: {forgot: {flow: set_password, when: "int(postcode) > 3"}}}\n'
    bench = build_own_bench(tmp_path, own=page + END)
    walk = bench.walk("own")
    with pytest.raises(JourneyBroken):
        walk.look()
    assert outcome_of(bench, walk.journey.id) == Declined(error="server_error")


def test_a_date_that_was_computed_wrongly_is_an_empty_field(tmp_path):
    steps = '  - {set: {birth_date: email + ""}}\n  - {page: first, fields: [birth_date!]}\n' + END
    (field,) = (
        build_own_bench(tmp_path, own=f"  - {{page: a, fields: [email]}}\n{steps}")
        .walk("own")
        .press("continue", email="taro@example.jp")
        .screen.fields
    )
    assert field.name == "birth_date"


def test_a_call_with_a_text_for_a_number_fails_as_the_flow_says(tmp_path):
    call = "  - {call: joining_system, send: {admission_year: admission_year}, on_fail: apart}\n"
    steps = "  - {set: {admission_year: string(postcode)}}\n" + call
    bench = build_own_bench(tmp_path, own=f"  - {{set: {{postcode: \"'x'\"}}}}\n{steps}{END}  - page: apart\n")
    assert bench.walk("own").page == "apart"
