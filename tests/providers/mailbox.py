"""A mail server that keeps what comes in, and a mail to send."""

from idp.domain.challenge import Channel
from idp.domain.outbox import Message

SUBJECT = "【大学生協】univcoop マイポータル 登録手続き開始URLのお知らせ"
NAMES = {"ja": "univcoop マイポータル", "en": "univcoop My Portal"}
SENDER = "noreply@univ.coop"


def message(**changes: object):
    values = {
        "id": "m1",
        "channel": Channel.MAIL,
        "to": "hanako@example.jp",
        "subject": SUBJECT,
        "text": "次のURLを開いてください。\n※このメールは\r\n.\nFrom here",
        "html": "<p>次のURLを開いてください。</p>",
        "locale": "ja",
    }
    return Message(**{**values, **changes})


HEADERS = {
    "Content-Type",
    "MIME-Version",
    "From",
    "To",
    "Subject",
    "Date",
    "Message-ID",
    "Auto-Submitted",
    "X-Auto-Response-Suppress",
    "Content-Language",
}


class Handler:
    """Keeps what comes in; answers what the test says."""

    def __init__(self) -> None:
        self.mails, self.answers = [], {}

    async def handle_MAIL(self, _server, _session, envelope, address, _options):  # noqa: N802 # aiosmtpd's name
        envelope.mail_from = address
        return self.answers.get("mail", "250 OK")

    async def handle_RCPT(self, _server, _session, envelope, address, _options):  # noqa: N802 # aiosmtpd's name
        if "rcpt" in self.answers:
            return self.answers["rcpt"]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, _server, _session, envelope):  # noqa: N802 # aiosmtpd's name
        if "data" in self.answers:
            return self.answers["data"]
        self.mails.append(envelope)
        return "250 OK"

    async def handle_QUIT(self, _server, _session, _envelope):  # noqa: N802 # aiosmtpd's name
        return self.answers.get("quit", "221 Bye")
