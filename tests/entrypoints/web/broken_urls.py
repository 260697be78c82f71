"""The real addresses, and one behind which everything goes wrong."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.urls import path

from nesie.config.urls import handler400, handler403, handler404, handler500, urlpatterns

__all__ = ["handler400", "handler403", "handler404", "handler500", "urlpatterns"]


def broken(request: HttpRequest) -> HttpResponse:
    """A mistake of ours, with words nobody may read."""
    raise RuntimeError("secret words of the inside: 920315499901")


urlpatterns = [*urlpatterns, path("broken", broken)]
