"""Addresses of the web resource, by audience."""

from __future__ import annotations

from django.urls import include, path

from nesie.entrypoints.web import site

site_pages = [
    path("", site.landing, name="landing"),
    path("brand.css", site.brand, name="brand"),
    path("language", site.language, name="language"),
    path("calculator", site.calculator, name="calculator"),
    path("lender", site.about_lender, name="lender"),
    path("rules/<slug:kind>", site.rules, name="rules"),
    path("repay", site.repay, name="repay"),
    path("sign-in", site.landing, name="sign_in"),
    path("sign-out", site.landing, name="sign_out"),
    path("demonstration", site.landing, name="demo"),
]

urlpatterns = [
    path("", include((site_pages, "site"))),
    path("register/", include(([path("", site.landing, name="begin")], "register"))),
]
