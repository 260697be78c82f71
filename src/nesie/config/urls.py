"""Addresses of the web resource and the API."""

from django.urls import include, path

urlpatterns = [path("", include("nesie.entrypoints.web.urls"))]
