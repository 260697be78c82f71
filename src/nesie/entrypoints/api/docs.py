"""The description of the API as one page, made on the server: no script, nothing from elsewhere."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

_METHODS = ("get", "post", "put", "delete")


def page(request: HttpRequest, description: Mapping[str, Any]) -> HttpResponse:
    """Every operation by topic, and every schema."""
    topics: dict[str, list[dict[str, Any]]] = {}
    for operation in _operations(description):
        topics.setdefault(operation["topic"], []).append(operation)
    schemas = [_schema(name, one) for name, one in sorted(description["components"]["schemas"].items())]
    shown = {"info": description["info"], "topics": topics, "schemas": schemas, "version": description["openapi"]}
    return render(request, "api/docs.html", shown)


def _operations(description: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    for address, methods in description["paths"].items():
        for method in (one for one in _METHODS if one in methods):
            told = methods[method]
            yield {
                "id": told["operationId"],
                "topic": (told.get("tags") or [""])[0],
                "method": method.upper(),
                "address": address,
                "description": told.get("description", ""),
                "open": "security" not in told,
                "parameters": [_parameter(one) for one in told["parameters"]],
                "body": [_content(*one) for one in told.get("requestBody", {}).get("content", {}).items()],
                "answers": [_answer(*one) for one in told["responses"].items()],
            }


def _parameter(told: Mapping[str, Any]) -> dict[str, Any]:
    return {"name": told["name"], "where": told["in"], "type": _kind(told["schema"])}


def _content(media_type: str, told: Mapping[str, Any]) -> dict[str, Any]:
    schema = told["schema"]
    return {"media_type": media_type, "type": _kind(schema), "fields": _fields(schema)}


def _answer(status: Any, told: Mapping[str, Any]) -> dict[str, Any]:
    content = [_kind(one["schema"]) for one in told.get("content", {}).values()]
    return {"status": status, "description": told["description"], "type": content[0] if content else None}


def _schema(name: str, told: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "name": name,
        "description": told.get("description", ""),
        "values": told.get("enum", ()),
        "fields": _fields(told),
    }


def _fields(told: Mapping[str, Any]) -> list[dict[str, Any]]:
    required = told.get("required", ())
    return [
        {
            "name": name,
            "type": _kind(one),
            "required": name in required,
            "limits": ", ".join(f"{limit} {one[limit]}" for limit in _LIMITS if limit in one),
            "description": one.get("description", ""),
        }
        for name, one in told.get("properties", {}).items()
    ]


_LIMITS = ("minimum", "maximum", "minLength", "maxLength", "minItems", "maxItems", "pattern")


def _kind(schema: Mapping[str, Any]) -> dict[str, str]:
    """The words of a type, and the name of the schema it leads to, if any."""
    if "$ref" in schema:
        name = schema["$ref"].rsplit("/", 1)[-1]
        return {"words": name, "link": name}
    if "items" in schema:
        inner = _kind(schema["items"])
        return {"words": f"list of {inner['words']}", "link": inner["link"]}
    if "anyOf" in schema:
        kinds = [_kind(one) for one in schema["anyOf"]]
        link = next((one["link"] for one in kinds if one["link"]), "")
        return {"words": " or ".join(one["words"] for one in kinds), "link": link}
    words = schema.get("type", "anything")
    return {"words": f"{words} ({schema['format']})" if "format" in schema else words, "link": ""}
