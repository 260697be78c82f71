"""Signed-in browsers of the pages' tests."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.test import Client

from nesie.entrypoints.web.session import COOKIE
from nesie.foundation.access import actions as access
from nesie.foundation.access.rules import SessionKind
from nesie.kernel.actor import Channel


def client_browser(client_id: UUID, now: datetime, language: str = "en") -> Client:
    """The browser of a client with a login."""
    access.open_client_login(client_id, now)
    return browser_of(client_id, now, language)


def browser_of(client_id: UUID, now: datetime, language: str = "en") -> Client:
    """One more browser of the same client."""
    return _browser(SessionKind.CLIENT, client_id, now, language)


def staff_browser(staff_id: UUID, now: datetime, language: str = "en") -> Client:
    """The browser of an enrolled member of the staff."""
    return _browser(SessionKind.STAFF, staff_id, now, language)


def _browser(kind: SessionKind, subject_id: UUID, now: datetime, language: str) -> Client:
    browser = Client(raise_request_exception=True)
    browser.cookies[COOKIE] = access.open_session(kind, now, channel=Channel.WEB, subject_id=subject_id)
    browser.cookies["nesie_language"] = language
    return browser
