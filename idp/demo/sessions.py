"""Sessions of a sample application, kept on its side: the browser holds only a random key in `<name>_session`.

A sign-in moves the session to a new key. The old key lives a minute longer and knows only which login attempts are
used up, so that a double press can be told from a stranger's answer.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from authlib.common.security import generate_token
from flask import Flask, Request, Response, g, session
from flask.sessions import SessionInterface, SessionMixin

from idp.demo.keep import read_document, write_document

MAX_SESSIONS = 20_000
KEY_LENGTH = 43
HUSK_SECONDS = 60
USED = "used_attempts"


class BrowserSession(dict[str, Any], SessionMixin):
    """What the application remembers of one browser. `lock` is held while a sign-in or its tokens change."""

    def __init__(self, values: dict[str, Any] | None = None, *, key: str | None = None) -> None:
        super().__init__(values or {})
        self.key = key
        self.expires_at = 0.0
        self.lock = threading.RLock()

    @property
    def is_husk(self) -> bool:
        """True for what is left under the key of before a sign-in."""
        return set(self) <= {USED}


class SessionStore:
    """All sessions of one application, in memory, and in a file when one is named. Lives are in seconds."""

    def __init__(self, *, life: float, path: Path | None = None) -> None:
        self._life = life
        self._path = path
        self._lock = threading.Lock()
        self._sessions: dict[str, BrowserSession] = {}
        if path is not None:
            self._load(path)

    def find(self, key: str) -> BrowserSession | None:
        """The living session of a key."""
        found = self._sessions.get(key)
        return found if found is not None and found.expires_at > time.time() else None

    def save(self, session: BrowserSession) -> None:
        """Keep a session from now for its whole life."""
        with self._lock:
            if session.key is None:
                session.key = generate_token(KEY_LENGTH)
            if session.key not in self._sessions:
                self._make_room()
            if not session.is_husk:
                session.expires_at = time.time() + self._life
            self._sessions[session.key] = session
            self._write()

    def rotate(self, session: BrowserSession) -> None:
        """Give the session a new key; the old one keeps only what tells a double press."""
        with self._lock:
            if session.key is not None:
                husk = BrowserSession({USED: session.get(USED, [])}, key=session.key)
                husk.expires_at = time.time() + HUSK_SECONDS
                self._sessions[session.key] = husk
            session.key = generate_token(KEY_LENGTH)

    def change_where(self, matches: Callable[[BrowserSession], bool], change: Callable[[BrowserSession], None]) -> int:
        """Change every session that matches; how many did."""
        with self._lock:
            chosen = [kept for kept in self._sessions.values() if matches(kept)]
        # Never a session's lock inside the store's: who holds a session's may be waiting for the store's.
        for kept in chosen:
            with kept.lock:
                change(kept)
        with self._lock:
            self._write()
        return len(chosen)

    def _load(self, path: Path) -> None:
        for key, kept in read_document(path).items():
            match kept:
                case {"values": dict() as values, "expires_at": float() as expires_at}:
                    loaded = BrowserSession(values, key=key)
                    loaded.expires_at = expires_at
                    self._sessions[key] = loaded
                case _:
                    continue

    def _make_room(self) -> None:
        now = time.time()
        for key in [key for key, kept in self._sessions.items() if kept.expires_at <= now]:
            del self._sessions[key]
        while len(self._sessions) >= MAX_SESSIONS:
            del self._sessions[next(iter(self._sessions))]

    def _write(self) -> None:
        if self._path is not None:
            document = {key: {"values": dict(s), "expires_at": s.expires_at} for key, s in self._sessions.items()}
            write_document(self._path, document)


class ServerSessions(SessionInterface):
    """Flask's door to a SessionStore. `lasting` gives the cookie a life of its own, as a phone remembers."""

    def __init__(self, store: SessionStore, *, cookie: str, lasting: int | None = None) -> None:
        self.store = store
        self._cookie = cookie
        self._lasting = lasting

    def open_session(self, app: Flask, request: Request) -> BrowserSession:
        """The session of the cookie, else an empty one."""
        del app
        found = self.store.find(request.cookies.get(self._cookie, ""))
        g.session_moved = False
        return BrowserSession() if found is None else found

    def rotate(self, session: BrowserSession) -> None:
        """Move the session to a new key; this answer tells the browser."""
        self.store.rotate(session)
        g.session_moved = True

    def save_session(self, app: Flask, session: SessionMixin, response: Response) -> None:
        """Keep what is worth keeping; the cookie is sent to the request that made or moved the session only."""
        del app
        if not isinstance(session, BrowserSession) or not session:
            return
        is_news = session.key is None or g.session_moved
        self.store.save(session)
        if is_news and session.key is not None:
            response.set_cookie(self._cookie, session.key, max_age=self._lasting, httponly=True, samesite="Lax")


def current_session() -> BrowserSession:
    """The session of this request, unwrapped."""
    found: BrowserSession = session._get_current_object()  # type: ignore[attr-defined]  # noqa: SLF001
    return found
