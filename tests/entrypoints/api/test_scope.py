"""What is somebody else's is not there: every operation of the published description, none forgotten."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from nesie.entrypoints.api.urls import api
from nesie.foundation.access.rules import SessionKind
from tests.entrypoints.api.world import RETURN, Caller, World, seeded

DESCRIPTION = api.get_openapi_schema()

# A guest proves a phone in the session in which the code was asked for: the code is bound to that session, the
# registration to nobody yet. In another session there is no code, and nothing is told.
BOUND_TO_THE_SESSION = {"confirm_phone"}

# What a valid request holds, by the name of the field.
VALUES: dict[str, Any] = {
    "phone": "+77010000000",
    "code": "123456",
    "password": "Тұлпар-47-мінген",
    "surname": "Әлімова",
    "given_name": "Гүлнар",
    "iin": "900101400011",
    "address": "Алматы, Абай даңғылы, 1",
    "number": "012345678",
    "valid_until": "2030-01-01",
    "consents": ["personal_data", "state_sources", "biometrics", "credit_bureau"],
    "return_address": RETURN,
    "cms": "MAA=",
    "credential": "{}",
    "current": "Тұлпар-47-мінген",
    "state": "abc",
    "iban": "KZ00",
    "subject": "Сұрақ",
    "text": "Қайырлы күн!",
    "amount_tiyn": 30_000_000,
    "term": 12,
    "document_sha256": "0" * 64,
    "politically_exposed": False,
    "acting_for_self": True,
    "principal": "5000.00",
    "annual_rate_pct": "12",
    "instalments": 3,
    "disbursed_on": "2026-11-23",
    "statement": ["AAAA"],
    "flows": [{"on": "2026-11-23", "out": "100.00"}, {"on": "2026-12-23", "in": "110.00"}],
}


def operations() -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Method, address and description of every operation."""
    for address, methods in DESCRIPTION["paths"].items():
        for method, told in methods.items():
            yield method.upper(), address.removeprefix("/api/v1"), told


def resolved(schema: dict[str, Any]) -> dict[str, Any]:
    """The schema itself, past a reference."""
    if "$ref" in schema:
        return DESCRIPTION["components"]["schemas"][schema["$ref"].rsplit("/", 1)[-1]]
    return schema


def body_of(told: dict[str, Any], world: World) -> Any:
    """A valid body with the first person's ids wherever an id of that name is asked for."""
    content = told.get("requestBody", {}).get("content", {})
    if "application/json" not in content:
        return None
    schema = resolved(content["application/json"]["schema"])
    wanted = set(schema.get("required", ())) | {"account_id"} & set(schema.get("properties", {}))
    return {name: value_of(name, resolved(schema["properties"][name]), world) for name in sorted(wanted)}


def value_of(name: str, schema: dict[str, Any], world: World) -> Any:
    if name in world.things:
        return str(world.things[name])
    if "enum" in schema:
        return schema["enum"][0]
    if schema.get("format") == "uuid":
        return str(uuid4())
    return VALUES[name]


def _picture() -> SimpleUploadedFile:
    return SimpleUploadedFile("a.png", b"\x89PNG\r\n\x1a\nrest", content_type="image/png")


def ask(caller: Caller, method: str, address: str, told: dict[str, Any], world: World) -> Any:
    """One valid request for the first person's things."""
    for part in told["parameters"]:
        if part["in"] == "path":
            known = world.things.get(part["name"]) or value_of(part["name"], resolved(part["schema"]), world)
            address = address.replace(f"{{{part['name']}}}", str(known))
    wanted = [part["name"] for part in told["parameters"] if part["in"] == "query" and part["required"]]
    if wanted:
        extra = {"on": world.now.date().isoformat()} | VALUES
        address += "?" + "&".join(f"{name}={extra[name]}" for name in wanted)
    if "multipart/form-data" in told.get("requestBody", {}).get("content", {}):
        if address.endswith("/entity"):
            told_of_it = {"bin": "230340999023", "business_name": "ТОО «Алатау Сауда»", "authority": "order"}
            told_of_it |= {"authority_number": "1-к", "authority_issued_on": "2026-01-15"}
            return caller.call(method, address, scan=_picture(), **told_of_it)
        return caller.call(method, address, photo=_picture(), subject="Сұрақ", text="Қайырлы күн!")
    return caller.call(method, address, body_of(told, world))


@pytest.fixture
def world(fresh_db: Any) -> Iterator[World]:
    with seeded() as made:
        yield made


@pytest.mark.clause("11-secrecy")
def test_what_is_anothers_is_not_there_in_any_operation(world: World) -> None:
    told_wrong: list[str] = []
    for method, address, told in operations():
        name = told["operationId"]
        if "security" not in told:
            continue
        nobody = ask(Caller(), method, address, told, world).status_code
        if nobody != 401:
            told_wrong.append(f"{name} without a token: {nobody}")
        of_applicant = "registration_id" in address
        stranger = world.other_applicant if of_applicant else world.second
        answer = ask(stranger, method, address, told, world)
        if any(secret in answer.content.decode() for secret in world.secrets):
            told_wrong.append(f"{name} tells a stranger what is the first's")
        if "{" in address and name not in BOUND_TO_THE_SESSION and answer.status_code != 404:
            told_wrong.append(f"{name} of a stranger: {answer.status_code} {answer.content[:200]!r}")
    assert told_wrong == []


@pytest.mark.clause("11-secrecy")
def test_the_owner_finds_all_of_it(world: World) -> None:
    """So that the 404 above is about whose it is."""
    lost: list[str] = []
    for method, address, told in operations():
        if "{" not in address or "security" not in told:
            continue
        owner = world.applicant if "registration_id" in address else world.first
        status = ask(owner, method, address, told, world).status_code
        if status in (401, 403, 404, 500):
            lost.append(f"{told['operationId']}: {status}")
    assert lost == []


@pytest.mark.clause("11-secrecy")
def test_whoever_has_not_signed_in_does_nothing_with_it(world: World) -> None:
    opened: list[str] = []
    for method, address, told in operations():
        if "{" not in address or "security" not in told or told["operationId"] in BOUND_TO_THE_SESSION:
            continue
        status = ask(Caller(SessionKind.GUEST), method, address, told, world).status_code
        if status not in (403, 404):
            opened.append(f"{told['operationId']}: {status}")
    assert opened == []


@pytest.mark.clause("11-secrecy")
def test_ids_of_another_in_a_body_are_not_there_either(world: World) -> None:
    """A stranger with everything of her own puts the first's ids into her own requests."""
    product = next(one for one in world.second.call("GET", "/products").json() if one["code"] == "instalment")
    wish = {
        "product_version_id": product["id"],
        "amount_tiyn": 30_000_000,
        "term": 12,
        "purpose": "household",
        "disbursement_method": "bank_account",
        "language": "ru",
        "politically_exposed": False,
        "acting_for_self": True,
    }
    own = world.second.call("GET", "/accounts").json()[0]["id"]
    foreign = str(world.things["account_id"])
    assert world.second.call("POST", "/applications", wish | {"account_id": foreign}).status_code == 404
    assert world.second.call("GET", "/applications").json() == []
    made = world.second.call("POST", "/applications", wish | {"account_id": own})
    assert made.status_code == 201
    world.stand.outside.work(world.now)
    choice = {"offer_id": str(world.things["offer_id"])}
    hers = f"/applications/{made.json()['application_id']}"
    assert world.second.call("GET", hers).json()["status"] == "offered"
    assert world.second.call("POST", f"{hers}/choice", choice).status_code == 404
    letter = {"subject": "Сұрақ", "text": "?", "reply_to": str(world.things["letter_id"])}
    assert world.second.call("POST", "/letters", **letter).status_code == 404
    assert world.second.call("GET", "/letters").json() == []
