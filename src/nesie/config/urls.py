"""Addresses of the web resource and the API."""

from django.urls import include, path

urlpatterns = [
    path("api/v1/", include("nesie.entrypoints.api.urls")),
    path("", include("nesie.entrypoints.web.urls")),
]

handler400 = "nesie.entrypoints.web.errors.bad_request"
handler403 = "nesie.entrypoints.web.errors.forbidden"
handler404 = "nesie.entrypoints.web.errors.not_found"
handler500 = "nesie.entrypoints.web.errors.failed"
