"""The next hop, as a table."""

import pytest

from idp.domain.authorization import Prompt
from idp.domain.client import ConsentPolicy
from idp.domain.grant import Consent
from idp.domain.session import Method
from idp.protocol.errors import ErrorCode
from idp.protocol.interaction import Ask, Issue, Reason, Refuse, Situation, decide
from tests.samples import LEVELS, NOW, ago, make_client, make_event, make_request, make_session

STARTED = ago(minutes=2)
OLD = make_session(make_event(at=ago(minutes=30)))
FRESH = make_session(make_event(at=ago(minutes=1)))
STRONG = make_session(make_event(at=ago(minutes=30)), make_event(Method.SMS, at=ago(minutes=30)))
LONG_AGO = ago(days=3)
SILENT = frozenset({Prompt.NONE})
ASKING = make_client(consent=ConsentPolicy.REMEMBERED)
ALWAYS = make_client(consent=ConsentPolicy.ALWAYS)


def consent(*scopes: str, at=LONG_AGO):
    return Consent(subject_id="hanako", client_id="portal", scopes=frozenset(scopes), given_at=at)


def outcome(request=None, *, session=OLD, client=None, given=None, asked=()):
    """The decision in one word, so that the tables stay readable."""
    decision = decide(
        Situation(
            request=request or make_request(),
            client=client or make_client(),
            levels=LEVELS,
            now=NOW,
            started_at=STARTED,
            session=session,
            consent=given,
            consent_scopes=("openid", "profile"),
            asked=asked,
        )
    )
    match decision:
        case Issue():
            return "issue"
        case Ask(reason=reason):
            return reason
        case Refuse(code=code):
            return code


@pytest.mark.spec("OIDC.Core", "3.1.2.3")
def test_a_session_is_enough_and_none_is_not():
    assert outcome() == "issue"
    assert outcome(session=None) is Reason.LOGIN


@pytest.mark.spec("OIDC.Core", "3.1.2.1")
@pytest.mark.parametrize(
    ("changes", "session", "expected"),
    [
        ({"prompts": frozenset({Prompt.LOGIN})}, OLD, Reason.LOGIN),
        ({"prompts": frozenset({Prompt.LOGIN})}, FRESH, "issue"),
        ({"prompts": frozenset({Prompt.SELECT_ACCOUNT})}, OLD, Reason.SELECT_ACCOUNT),
        ({"prompts": frozenset({Prompt.SELECT_ACCOUNT})}, None, Reason.SELECT_ACCOUNT),
        ({"prompts": frozenset({Prompt.SELECT_ACCOUNT, Prompt.LOGIN})}, FRESH, "issue"),
        ({"max_age": 10000}, OLD, "issue"),
        ({"max_age": 60}, OLD, Reason.LOGIN),
        ({"max_age": 1}, FRESH, "issue"),
        ({"max_age": 0}, OLD, Reason.LOGIN),
        ({"max_age": 0}, FRESH, "issue"),
        ({"hinted_subject_id": "hanako"}, OLD, "issue"),
        ({"hinted_subject_id": "taro"}, OLD, Reason.LOGIN),
        ({"wanted_acr": "pwd"}, OLD, "issue"),
        ({"wanted_acr": "mfa"}, OLD, Reason.STEP_UP),
        ({"wanted_acr": "mfa"}, STRONG, "issue"),
    ],
)
def test_what_a_request_may_want_of_a_session(changes, session, expected):
    assert outcome(make_request(**changes), session=session) == expected


@pytest.mark.spec("OIDC.Core", "3.1.2.6")
@pytest.mark.parametrize(
    ("changes", "session", "client", "expected"),
    [
        ({}, None, make_client(), ErrorCode.LOGIN_REQUIRED),
        ({}, OLD, make_client(), "issue"),
        ({"max_age": 60}, OLD, make_client(), ErrorCode.LOGIN_REQUIRED),
        ({"hinted_subject_id": "taro"}, OLD, make_client(), ErrorCode.LOGIN_REQUIRED),
        ({"wanted_acr": "mfa"}, OLD, make_client(), ErrorCode.INTERACTION_REQUIRED),
        ({}, OLD, make_client(min_acr="mfa"), ErrorCode.INTERACTION_REQUIRED),
        ({}, OLD, ASKING, ErrorCode.CONSENT_REQUIRED),
    ],
)
def test_prompt_none_never_asks(changes, session, client, expected):
    assert outcome(make_request(prompts=SILENT, **changes), session=session, client=client) == expected


def test_the_clients_own_level_cannot_be_lowered():
    client = make_client(min_acr="mfa")
    assert outcome(make_request(wanted_acr="pwd"), client=client) is Reason.STEP_UP
    assert outcome(make_request(wanted_acr="pwd"), client=client, session=STRONG) == "issue"


@pytest.mark.spec("OIDC.Core", "3.1.2.4")
@pytest.mark.parametrize(
    ("client", "prompts", "given", "expected"),
    [
        (ASKING, frozenset(), None, Reason.CONSENT),
        (ASKING, frozenset(), consent("openid"), Reason.CONSENT),
        (ASKING, frozenset(), consent("openid", "profile", "email"), "issue"),
        (ASKING, frozenset({Prompt.CONSENT}), consent("openid", "profile"), Reason.CONSENT),
        (ASKING, frozenset({Prompt.CONSENT}), consent("openid", "profile", at=ago(minutes=1)), "issue"),
        (ALWAYS, frozenset(), consent("openid", "profile"), Reason.CONSENT),
        (ALWAYS, frozenset(), consent("openid", "profile", at=ago(minutes=1)), "issue"),
        (make_client(), frozenset({Prompt.CONSENT}), None, "issue"),
    ],
)
def test_consent_is_asked_once_each_time_or_never(client, prompts, given, expected):
    assert outcome(make_request(prompts=prompts), client=client, given=given) == expected


@pytest.mark.parametrize(
    ("changes", "session", "client", "asked", "expected"),
    [
        ({}, None, make_client(), ("login",), ErrorCode.LOGIN_REQUIRED),
        ({"hinted_subject_id": "taro"}, FRESH, make_client(), ("login",), ErrorCode.LOGIN_REQUIRED),
        ({"wanted_acr": "mfa"}, FRESH, make_client(), ("login",), Reason.STEP_UP),
        (
            {"wanted_acr": "mfa"},
            FRESH,
            make_client(),
            ("login", "step_up"),
            ErrorCode.UNMET_AUTHENTICATION_REQUIREMENTS,
        ),
        ({}, FRESH, ASKING, ("consent",), ErrorCode.CONSENT_REQUIRED),
        (
            {"prompts": frozenset({Prompt.SELECT_ACCOUNT})},
            OLD,
            make_client(),
            ("select_account",),
            ErrorCode.ACCOUNT_SELECTION_REQUIRED,
        ),
    ],
)
def test_a_reason_that_stays_open_after_a_journey_ends_in_an_error_not_a_loop(
    changes, session, client, asked, expected
):
    assert outcome(make_request(**changes), session=session, client=client, asked=asked) == expected


def test_people_are_asked_who_they_are_before_anything_else():
    request = make_request(prompts=frozenset({Prompt.LOGIN, Prompt.CONSENT}), wanted_acr="mfa")
    assert outcome(request, client=ASKING) is Reason.LOGIN
    assert outcome(request, client=ASKING, session=FRESH) is Reason.STEP_UP
