"""One sender a channel, from the URLs of the settings."""

from __future__ import annotations

from collections.abc import Mapping

from idp.domain.challenge import Channel
from idp.domain.ports import Sender
from idp.providers import mail, sms, voice
from idp.providers.senders import BadSenderUrl, SenderParts, pick_sender

_MAKERS = {Channel.MAIL: mail.SENDERS, Channel.SMS: sms.SENDERS, Channel.VOICE: voice.SENDERS}
_SETTINGS = {Channel.MAIL: "SEKISHO_MAIL_URL", Channel.SMS: "SEKISHO_SMS_URL", Channel.VOICE: "SEKISHO_VOICE_URL"}


def build_senders(urls: Mapping[Channel, str], parts: SenderParts) -> Mapping[Channel, Sender]:
    """The sender of every channel that has a URL. Raises BadSenderUrl, which names the setting."""
    return {channel: _build_sender(channel, url, parts) for channel, url in urls.items()}


def _build_sender(channel: Channel, url: str, parts: SenderParts) -> Sender:
    try:
        return pick_sender(url, parts, _MAKERS[channel])
    except BadSenderUrl as error:
        raise BadSenderUrl(f"{_SETTINGS[channel]}: {error}") from None
