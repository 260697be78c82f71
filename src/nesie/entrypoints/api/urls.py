"""The API as one object, and its addresses."""

from __future__ import annotations

from functools import cache
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import path
from ninja import NinjaAPI
from ninja.openapi.schema import OpenAPISchema
from ninja.operation import Operation

import nesie
from nesie.entrypoints.api import problems
from nesie.entrypoints.api.auth import SessionToken
from nesie.entrypoints.api.docs import page
from nesie.entrypoints.api.routes import (
    account,
    applications,
    calculate,
    changes,
    contracts,
    devices,
    entry,
    identification,
    loans,
    public,
    registration,
    session,
    settlement,
)
from nesie.entrypoints.api.schemas.words import Problem

ADDRESS = "/api/v1/"
_ABOUT = """\
Money is a whole number of tiyn (1 tenge is 100 tiyn) in fields named `..._tiyn`. Moments are UTC, days are Almaty's.

An outcome that is counted (a wrong code, a signature that does not hold) is an answer with a field that says so.
A refusal, and every failure, is `application/problem+json` (RFC 9457): programs go by `code`, people read `detail` in
the language of Accept-Language (kk, ru, en), and the lender finds it by `reference`.

What is not the caller's is not there: 404.

The lender's own application proves its device with each call: `Authorization: DPoP <token>` and a `DPoP` header (RFC
9449, ES256) with `jti`, `htm`, `htu`, `iat`, `ath`, `nonce` and `bdh`, the base64url SHA-256 of the raw body. The nonce
stands in the `DPoP-Nonce` header of every answer to a call that bears a proof."""


class NesieAPI(NinjaAPI):
    """An operation's id is its view's name, which is the name of its use case or query."""

    def get_openapi_operation_id(self, operation: Operation) -> str:
        return operation.view_func.__name__

    def get_openapi_schema(self, **_kw: Any) -> OpenAPISchema:
        return _description(self)


class _Description(OpenAPISchema):
    """The description, with the one answer that every operation may give beside its own."""

    def get_paths(self) -> dict[str, Any]:
        self.add_schema_definitions(Problem.model_json_schema(ref_template=_REF)["$defs"])
        self.add_schema_definitions({"Problem": _without_defs(Problem.model_json_schema(ref_template=_REF))})
        return super().get_paths()

    def responses(self, operation: Operation) -> dict[Any, Any]:
        told = {"description": "A refusal or a failure (RFC 9457)", "content": _PROBLEM}
        return super().responses(operation) | {"default": told}

    def add_schema_definitions(self, definitions: dict[str, Any]) -> None:
        """Two schemas of one name would silently be one."""
        for name, definition in definitions.items():
            if self.schemas.setdefault(name, definition) != definition:
                raise ValueError(f"two schemas are called {name}")


@cache
def _description(described: NinjaAPI) -> _Description:
    return _Description(described, ADDRESS.strip("/") + "/")


_REF = "#/components/schemas/{model}"
_PROBLEM = {problems.MEDIA_TYPE: {"schema": {"$ref": _REF.format(model="Problem")}}}


def _without_defs(schema: dict[str, Any]) -> dict[str, Any]:
    return {name: part for name, part in schema.items() if name != "$defs"}


api = NesieAPI(
    title="Nesie",
    version=nesie.__version__,
    description=_ABOUT,
    auth=SessionToken(),
    docs_url=None,
    urls_namespace="api",
)
problems.install(api)
_BY_STAGE = (
    public,
    calculate,
    session,
    entry,
    devices,
    registration,
    identification,
    account,
    applications,
    contracts,
    changes,
    loans,
    settlement,
)
for part in _BY_STAGE:
    api.add_router("", part.router)


def readable(request: HttpRequest) -> HttpResponse:
    """The description as a page for people."""
    return page(request, api.get_openapi_schema())


urlpatterns = [path("docs", readable, name="api-docs"), path("", api.urls)]
