"""A request while its bytes come in: has it all come? RFC 9112 §6 and §7.1, as far as one has to know it to count.

Owns no meaning: gunicorn's parser reads the same bytes afterwards, and never more than these. Where the two differ, a
request ends too early for gunicorn, which refuses it.
"""

from __future__ import annotations

import re

MAX_HEAD = 64 * 1024
"""Far more than the application's own limits let through, so that those are what people see."""

_END = b"\r\n\r\n"
_LENGTH = re.compile(rb"\r\ncontent-length:[ \t]*([^\r\n]*?)[ \t]*\r\n", re.IGNORECASE)
_LONGEST_LENGTH = 18  # digits
_CHUNKED = re.compile(rb"\r\ntransfer-encoding:[^\r\n]*chunked", re.IGNORECASE)
_EXPECTS = re.compile(rb"\r\nexpect:[ \t]*100-continue[ \t]*\r\n", re.IGNORECASE)
_LANGUAGE = re.compile(rb"\r\naccept-language:[ \t]*([\w ,;=.*-]{1,200})\r\n", re.IGNORECASE)
_SIZE = re.compile(rb"[0-9A-Fa-f]{1,8}")


class Arrival:
    """What has come of one request, and perhaps of the next. `max_body` is in bytes on the line."""

    def __init__(self, max_body: int) -> None:
        self.data = bytearray()
        self.is_whole = False
        self.is_too_large = False
        self._max_body = max_body
        self._body = 0  # where it begins
        self._at = 0  # the end of the body, or where the next chunk begins
        self._is_chunked = False

    @property
    def has_head(self) -> bool:
        """True when the head has come."""
        return self._body > 0

    @property
    def expects_word(self) -> bool:
        """True when the caller keeps the body back until it hears `100 Continue` (RFC 9110 §10.1.1)."""
        return self.has_head and _EXPECTS.search(self.data, 0, self._body) is not None

    def accept_language(self) -> bytes:
        """What the caller wishes for, where that can be read; empty otherwise."""
        found = _LANGUAGE.search(self.data, 0, self._body or len(self.data))
        return b"" if found is None else found[1]

    def add(self, more: bytes) -> bool:
        """Take in what has come; True when there is nothing to wait for: it is whole, or too large."""
        searched = max(0, len(self.data) - len(_END) + 1)
        self.data += more
        if not self.has_head:
            end = self.data.find(_END, searched)
            if end < 0:
                self.is_too_large = len(self.data) > MAX_HEAD
                return self.is_too_large
            self._begin_body(end + len(_END))
        self.is_whole = self._chunks_have_come() if self._is_chunked else len(self.data) >= self._at
        self.is_too_large = not self.is_whole and max(self._at, len(self.data)) - self._body > self._max_body
        return self.is_whole or self.is_too_large

    def _begin_body(self, start: int) -> None:
        self._body = self._at = start
        self._is_chunked = _CHUNKED.search(self.data, 0, start) is not None
        length = _LENGTH.search(self.data, 0, start)
        if length is not None and not self._is_chunked:
            # What nobody can mean is as good as too large: nothing after it is read as another request.
            is_number = length[1].isdigit() and len(length[1]) <= _LONGEST_LENGTH
            self._at = start + (int(length[1]) if is_number else self._max_body + 1)

    def _chunks_have_come(self) -> bool:
        while (end := self.data.find(b"\r\n", self._at)) >= 0:
            size = _SIZE.match(self.data, self._at, end)
            if size is None:
                return True  # no chunk, as gunicorn will say
            if int(size[0], 16) == 0:
                return self.data.find(_END, end) >= 0
            self._at = end + int(size[0], 16) + 4  # two line ends
        return False
