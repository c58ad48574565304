"""Small sites in a folder, to be broken one line at a time."""

from __future__ import annotations

from pathlib import Path

SITE = """\
name: {ja: 見本, en: Sample}
issuer: http://localhost:9000
locales: [ja, en]
zone: Asia/Tokyo
acr: [pwd, mfa]
mail: {sender: no-reply@example.jp, name: Sample}
countries: [JP]
codes:
  sms: {digits: 6, life: 5m}
budgets:
  mail: [{per: all, limit: 5000, window: 24h}]
  sms: [{per: number, limit: 10, window: 24h}]
hooks:
  registry:
    url: http://localhost:9005/members
    send: {email: text}
    reply: {found: bool}
development:
  port_base: 9000
  seeds:
    - email: hanako@example.jp
      password: Sakura-2026!
      attributes: {name: 花子}
      signed_in: [portal]
"""

ATTRIBUTES = """\
scopes:
  profile:
    label: {ja: 氏名, en: Name}
attributes:
  email:
    type: email
    label: {ja: メール, en: E-mail}
    claim: email
    scope: email
  name:
    type: text
    label: {ja: 氏名, en: Name}
    claim: name
    scope: profile
  sex:
    type: radio
    label: {ja: 性別, en: Sex}
    choices: {female: {ja: 女性, en: Female}, "": {ja: 回答しない, en: Prefer not to say}}
"""

CLIENTS = """\
clients:
  portal:
    name: {ja: ポータル, en: Portal}
    type: confidential
    secret: portal-secret
    flow: sign_in
    min_acr: pwd
    consent: never
    scopes: [openid, profile, email]
    redirect_uris: [http://localhost:9001/callback]
    home_uri: http://localhost:9001/
    return_uris: [http://localhost:9001/]
    starts: [sign_in]
  app:
    name: App
    type: public
    flow: sign_in
    grant_types: [authorization_code, refresh_token]
    scopes: [openid, offline_access]
    redirect_uris: [http://127.0.0.1/callback, "jp.example.app:/callback"]
    home_uri: https://app.example.jp/
"""

FLOW = """\
flow: sign_in
steps:
  - page: sign_in
    fields: [email!]
  - verify: email
  - consent: client
  - end: signed_in
"""


def make_site(
    folder: Path, *, site: str = SITE, attributes: str = ATTRIBUTES, clients: str = CLIENTS, flow: str = FLOW
) -> Path:
    (folder / "flows").mkdir(exist_ok=True)
    (folder / "site.yaml").write_text(site)
    (folder / "attributes.yaml").write_text(attributes)
    (folder / "clients.yaml").write_text(clients)
    (folder / "flows" / "sign_in.yaml").write_text(flow)
    return folder


def swap(text: str, old: str, new: str) -> str:
    """`text` with its one `old` replaced."""
    assert text.count(old) == 1, old
    return text.replace(old, new)
