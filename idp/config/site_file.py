"""Reading `site.yaml`: from what is written to the frozen `Site`, with every mistake and every unsafe word."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path as FilePath

from idp.config.addresses import AddressProblem, issuer_problem, page_problem, server_problem
from idp.config.duration import format_duration
from idp.config.review import Loaded, Review, spread
from idp.config.schema import validate
from idp.config.site import Argon2, Budget, CodePolicy, Hook, MailSettings, PasswordPolicy, Site
from idp.config.site_schema import DEFAULT_FAILURES, BudgetModel, CodeModel, CodesModel, HookModel, SiteModel
from idp.config.source import YamlDocument
from idp.config.tree import Path
from idp.domain.values import AssuranceLevels, JsonObject

ISSUER, LANGUAGES, LEVELS, PASSWORD, HOOK_ADDRESS, HOOK_SECRET, BUDGET, TWICE, COUNTRIES, LINK, SESSIONS, ARGON2 = (
    range(10, 22)
)
DEVELOPMENT_BLOCK = 22
WEAK_PASSWORD, WEAK_CODE, VOICE, LONG_LINK, OPEN_SESSIONS, URL_WITH_PASSWORD = range(30, 36)

DEFAULT_PASSWORD_LENGTH = 15
DEFAULT_MAIL_DIGITS = 8
DEFAULT_LINK_LIFE = timedelta(minutes=60)
_BUDGET_KINDS = {
    "mail": ("address", "all"),
    "sms": ("number", "prefix", "all"),
    "voice": ("number", "prefix", "all"),
    "password": ("account",),
    "code": ("account",),
}


def load_site(
    document: YamlDocument, folder: FilePath, *, is_development: bool, issuer: str | None = None
) -> Loaded[Site]:
    """The site, or every finding. `issuer` (from the environment, checked there) wins over the one written."""
    review = Review(document=document, letter="S", is_development=is_development)
    model = validate(SiteModel, review)
    if model is None:
        return Loaded(value=None, findings=tuple(review.findings))
    if issuer is None:
        _report_address(("issuer",), ISSUER, issuer_problem(model.issuer), review)
    _check_texts(model, review)
    _check_policies(model, review)
    _check_hooks(model, folder, review)
    _check_lists(model, review)
    _name_weak_words(model, review)
    _name_wide_budgets(model, review)
    _name_passwords_in_urls(model, review)
    if model.development is not None:
        review.development_only(("development",), DEVELOPMENT_BLOCK, "The site has a development block")
    draft = _build(model, folder, is_development=is_development, issuer=issuer)
    # What clients and attributes are checked against must not be a placeholder.
    draft = replace(
        draft,
        locales=() if review.is_broken(("locales",)) else draft.locales,
        levels=AssuranceLevels(()) if review.is_broken(("acr",)) else draft.levels,
    )
    value = None if review.findings else draft
    return Loaded(value=value, draft=draft, findings=tuple(review.findings), notices=tuple(review.notices))


def _report_address(path: Path, code: int, problem: AddressProblem | None, review: Review) -> None:
    if problem is None:
        return
    said = f"{path[-1] if isinstance(path[-1], str) else 'the address'} {problem.message}"
    if problem.development_only:
        review.development_only(path, code, said)
    else:
        review.problem(path, code, said, suggestion=problem.suggestion)


def _check_texts(model: SiteModel, review: Review) -> None:
    spoken = () if review.is_broken(("locales",)) else model.locales
    review.check_languages(("name",), LANGUAGES, model.name, spoken)
    review.check_languages(("mail", "name"), LANGUAGES, model.mail.name, spoken)
    for name, addresses in model.links:
        if not addresses:
            continue
        review.check_languages(("links", name), LANGUAGES, addresses, spoken)
        for locale, address in addresses.items():
            path: Path = ("links", name, locale) if locale else ("links", name)
            _report_address(path, LINK, page_problem(address), review)


def _check_policies(model: SiteModel, review: Review) -> None:
    password = model.password
    if password.min_classes > len(password.classes):
        said = f"min_classes is {password.min_classes}, but only {len(password.classes)} classes are named"
        review.problem(("password", "min_classes"), PASSWORD, said)
    if model.sessions.idle > model.sessions.absolute:
        review.problem(("sessions", "idle"), SESSIONS, "idle is longer than absolute")
    argon2 = model.argon2
    if argon2.passes == 1 and argon2.memory_kib < Argon2().memory_kib:
        review.problem(("argon2",), ARGON2, "one pass needs at least 47104 KiB; with less memory use 2 passes or more")
    for kind, fitting in _BUDGET_KINDS.items():
        for number, budget in enumerate(getattr(model.budgets, kind)):
            if budget.per not in fitting:
                said = f"A budget of {kind} counts per {' or '.join(fitting)}, not per {budget.per}"
                review.problem(("budgets", kind, number, "per"), BUDGET, said)


def _check_hooks(model: SiteModel, folder: FilePath, review: Review) -> None:
    for name, hook in model.hooks.items():
        path: Path = ("hooks", name)
        _report_address((*path, "url"), HOOK_ADDRESS, server_problem(hook.url), review)
        if hook.secret is not None:
            review.development_only((*path, "secret"), HOOK_SECRET, "A hook's secret stands here in clear")
        if hook.secret is not None and hook.secret_file is not None:
            review.problem((*path, "secret_file"), HOOK_SECRET, "secret and secret_file exclude each other", key=True)
        if hook.secret_file is not None and _read_secret(folder, hook) is None:
            review.problem(
                (*path, "secret_file"), HOOK_SECRET, "The file is not in the site folder, or is not readable"
            )


def _check_lists(model: SiteModel, review: Review) -> None:
    for name in ("locales", "acr", "countries", "steps", "trusted_proxies"):
        review.check_once((name,), TWICE, getattr(model, name))
    if (model.codes.sms or model.codes.voice) and not model.countries and not review.is_broken(("countries",)):
        said = "countries is empty: no number may get a message"
        review.problem(("codes",), COUNTRIES, said, suggestion="countries: [JP]", key=True)


def _name_weak_words(model: SiteModel, review: Review) -> None:
    if model.password.min_length < DEFAULT_PASSWORD_LENGTH:
        said = f"Passwords of {model.password.min_length} characters (default {DEFAULT_PASSWORD_LENGTH})"
        review.weaker(("password", "min_length"), WEAK_PASSWORD, said)
    if not model.password.breached:
        review.weaker(("password", "breached"), WEAK_PASSWORD, "Breached passwords are taken")
    if not model.password.ends_sessions:
        said = "A new password leaves other sessions alive"
        review.weaker(("password", "ends_sessions"), OPEN_SESSIONS, said)
    if model.codes.mail.digits < DEFAULT_MAIL_DIGITS:
        said = f"Mail codes of {model.codes.mail.digits} digits (default {DEFAULT_MAIL_DIGITS})"
        review.weaker(("codes", "mail", "digits"), WEAK_CODE, said)
    if model.codes.voice is not None:
        review.weaker(("codes", "voice"), VOICE, "Codes are read out by telephone (default off)")
    if model.lives.link > DEFAULT_LINK_LIFE:
        said = f"Links live {format_duration(model.lives.link)} (default {format_duration(DEFAULT_LINK_LIFE)})"
        review.weaker(("lives", "link"), LONG_LINK, said)


def _name_wide_budgets(model: SiteModel, review: Review) -> None:
    for number, budget in enumerate(model.budgets.code):
        if budget.limit * timedelta(hours=1) > DEFAULT_FAILURES * budget.window:
            said = f"{budget.limit} wrong codes in {format_duration(budget.window)} (default {DEFAULT_FAILURES} in 1h)"
            review.weaker(("budgets", "code", number, "limit"), WEAK_CODE, said)


def _name_passwords_in_urls(model: SiteModel, review: Review) -> None:
    for name, url in model.urls:
        if url and "@" in url and ":" in url.split("@")[0].split("//")[-1]:
            said = f"A password stands in the address of {name}; SEKISHO_{name.upper()}_URL keeps it out of the file"
            review.weaker(("urls", name), URL_WITH_PASSWORD, said)


def _build(model: SiteModel, folder: FilePath, *, is_development: bool, issuer: str | None) -> Site:
    development = model.development
    return Site(
        folder=folder,
        names=spread(model.name, model.locales),
        issuer=issuer or model.issuer,
        locales=tuple(model.locales),
        zone=model.zone,
        levels=AssuranceLevels(tuple(model.acr)),
        hooks={name: _hook(name, hook, folder) for name, hook in model.hooks.items()},
        password=PasswordPolicy(**{**model.password.model_dump(), "classes": tuple(model.password.classes)}),
        codes=_codes(model.codes),
        link_life=model.lives.link,
        form_life=model.lives.form,
        journey_life=model.lives.journey,
        budgets={kind: tuple(map(_budget, budgets)) for kind, budgets in model.budgets if budgets},
        countries=tuple(model.countries),
        mail=_mail(model),
        session_idle=model.sessions.idle,
        session_absolute=model.sessions.absolute,
        is_development=is_development,
        brand={name: value for name, value in model.brand if value is not None},
        links={name: spread(addresses, model.locales) for name, addresses in model.links if addresses},
        steps=tuple(model.steps),
        seeds=_seeds(model) if is_development else (),
        trusted_proxies=tuple(model.trusted_proxies),
        urls={name: value for name, value in model.urls if value is not None},
        port_base=development.port_base if development is not None else None,
        argon2=Argon2(**model.argon2.model_dump()),
    )


def _seeds(model: SiteModel) -> tuple[JsonObject, ...]:
    return tuple(seed.model_dump() for seed in model.development.seeds) if model.development is not None else ()


def _mail(model: SiteModel) -> MailSettings:
    sender = model.mail.sender
    domain = model.mail.domain or sender.split("@")[1]
    return MailSettings(sender=sender, names=spread(model.mail.name, model.locales), domain=domain)


def _hook(name: str, hook: HookModel, folder: FilePath) -> Hook:
    return Hook(
        name=name,
        url=hook.url,
        send=hook.send,
        reply=hook.reply,
        timeout=hook.timeout,
        secret=hook.secret if hook.secret_file is None else _read_secret(folder, hook),
        retry=hook.retry,
    )


def _read_secret(folder: FilePath, hook: HookModel) -> str | None:
    path = (folder / (hook.secret_file or "")).resolve()
    try:
        return path.read_text(encoding="utf-8").strip() if path.is_relative_to(folder.resolve()) else None
    except (OSError, ValueError):
        return None


def _codes(codes: CodesModel) -> dict[str, CodePolicy]:
    written: dict[str, CodeModel | None] = {"mail": codes.mail, "sms": codes.sms, "voice": codes.voice}
    return {
        channel: CodePolicy(digits=code.digits, life=code.life, max_tries=code.tries, cooldowns=tuple(code.cooldown))
        for channel, code in written.items()
        if code is not None
    }


def _budget(budget: BudgetModel) -> Budget:
    return Budget(per=budget.per, limit=budget.limit, window=budget.window)
