"""`logout` jobs: tell a client that a session has ended (OpenID Connect Back-Channel Logout 1.0 §2.3 to §2.5).

The token is made when it is sent: it lives two minutes, and a client that was away gets a fresh one.
"""

from __future__ import annotations

from idp.delivery.ports import DeliveryPorts
from idp.domain.outbox import Job
from idp.protocol.logout import LOGOUT_TOKEN_TYP, build_logout_token


def notify_client(job: Job, ports: DeliveryPorts) -> None:
    """Post the logout token; nothing to do when the client is gone or wants no notice. Raises DeliveryFailed."""
    client = ports.clients.get(str(job.payload["client_id"]))
    if client is None or client.backchannel_logout_uri is None:
        return
    claims = build_logout_token(
        issuer=ports.issuer,
        client_id=client.id,
        subject_id=str(job.payload["sub"]),
        sid=str(job.payload["sid"]),
        jti=ports.secrets.identifier(),
        now=ports.clock.now(),
    )
    token = ports.keyring.sign(client.id_token_alg, claims, typ=LOGOUT_TOKEN_TYP)
    ports.notifier.post(client.backchannel_logout_uri, token)
