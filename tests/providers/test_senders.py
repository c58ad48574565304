"""Which URL leads to which provider, and the development outbox."""

import pytest

from idp.config.site import MailSettings
from idp.domain.challenge import Channel
from idp.domain.outbox import DeliveredMessage, Message
from idp.providers.channels import build_senders
from idp.providers.mail.smtp import SmtpSender
from idp.providers.outbox import OutboxSender
from idp.providers.senders import BadSenderUrl, SenderParts

MAIL = MailSettings(sender="noreply@univ.coop", names={"ja": "大学生協"}, domain="univ.coop")


class Kept:
    def __init__(self) -> None:
        self.delivered = []

    def add(self, delivered):
        self.delivered.append(delivered)

    def list(self, to=None):
        return self.delivered


@pytest.fixture
def kept():
    return Kept()


@pytest.fixture
def parts(clock, kept):
    return SenderParts(clock=clock, mail=MAIL, dev_outbox=kept)


def test_every_channel_can_write_to_the_development_outbox(parts, kept, clock):
    senders = build_senders(dict.fromkeys(Channel, "outbox:"), parts)
    for channel in Channel:
        senders[channel].send(Message(id=channel.value, channel=channel, to="+819012345678", text="048213"))
    assert [(one.message.channel, one.sent_at) for one in kept.delivered] == [(one, clock.now()) for one in Channel]
    assert all(isinstance(one, DeliveredMessage) for one in kept.delivered)


def test_mail_can_go_by_smtp_beside_sms_in_the_outbox(parts):
    senders = build_senders({Channel.MAIL: "smtp://localhost:2525", Channel.SMS: "outbox:"}, parts)
    assert isinstance(senders[Channel.MAIL], SmtpSender)
    assert isinstance(senders[Channel.SMS], OutboxSender)
    assert Channel.VOICE not in senders


@pytest.mark.parametrize(
    ("channel", "url", "names"),
    [
        (Channel.MAIL, "", "SEKISHO_MAIL_URL"),
        (Channel.MAIL, "pigeon://secret@loft", "outbox, smtp, smtps"),
        (Channel.MAIL, "smtp://u:secret@mail.example.jp?starttls=no", "SEKISHO_MAIL_URL"),
        (Channel.SMS, "smtp://secret@localhost", "SEKISHO_SMS_URL"),
        (Channel.VOICE, "outbox://secret", "SEKISHO_VOICE_URL"),
    ],
)
def test_a_url_nobody_understands_is_named_by_its_setting_and_not_repeated(parts, channel, url, names):
    with pytest.raises(BadSenderUrl, match=names) as caught:
        build_senders({channel: url}, parts)
    assert "secret" not in str(caught.value)


def test_there_is_no_development_outbox_in_production(clock):
    with pytest.raises(BadSenderUrl, match="real provider"):
        build_senders({Channel.MAIL: "outbox:"}, SenderParts(clock=clock, mail=MAIL, dev_outbox=None))
