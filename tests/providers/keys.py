"""What the tests of the keyring share: looking into tokens, and forging them."""

import base64
import json

from joserfc import jws

from idp.providers.signing_keys import load_entries

CLAIMS = {"iss": "http://localhost:9000", "name": "入学 花子", "amr": ("pwd", "otp")}


def header_of(token):
    return json.loads(decode(token.split(".")[0]))


def decode(segment):
    return base64.urlsafe_b64decode(segment + "=" * (-len(segment) % 4))


def encode(value):
    data = value if isinstance(value, bytes) else json.dumps(value).encode()
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def kid_of(folder, alg, state):
    return next(entry.kid for entry in load_entries(folder) if (entry.alg, entry.state) == (alg, state))


def forge(fixed, header, payload=None):
    """A token of our active RSA key with another header."""
    kid, key = fixed._keys.signing["RS256"]
    full = {"alg": "RS256", "kid": kid, "typ": "JWT", **header}
    signed = f"{encode(full)}.{encode(CLAIMS if payload is None else payload)}"
    signature = jws.JWSRegistry.algorithms["RS256"].sign(signed.encode(), key)
    return f"{signed}.{encode(signature)}"
