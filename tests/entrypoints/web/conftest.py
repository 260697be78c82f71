"""A client of the pages, and the catalogues they need."""

from __future__ import annotations

import pytest
from django.test import Client

from nesie.entrypoints.cli import messages


@pytest.fixture(scope="session", autouse=True)
def catalogues() -> None:
    """The files Django reads, made from the catalogues."""
    messages.compile_catalogues()


@pytest.fixture
def pages(db: None) -> Client:
    """A browser that checks nothing but follows our rules; a failure of ours is an answer, as in production."""
    return Client(enforce_csrf_checks=False, raise_request_exception=False)
