# SPDX-License-Identifier: AGPL-3.0-or-later
"""The documentation as a page of ours, made from the same document that programs read."""

from dataclasses import dataclass, field
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from mazot.exchange.api import Opens
from mazot.tenancy.rules.windows import READS_A_MINUTE, WRITES_A_MINUTE
from mazot.tenancy.scopes import SCOPES


@dataclass(slots=True)
class Line:
    """One operation as a reader sees it."""

    anchor: str
    method: str
    path: str
    title: str
    text: str
    scope: str
    parameters: list[dict[str, str]] = field(default_factory=list)
    body: list[dict[str, str]] = field(default_factory=list)


def documentation(request: HttpRequest) -> HttpResponse:
    """Every operation by area, with what opens it, what it takes and what it answers."""
    from mazot.heads.api.app import PROBLEMS, operations

    schema = operations().get_openapi_schema()
    scopes = _scopes(operations())
    areas: dict[str, list[Line]] = {}
    for address, methods in schema["paths"].items():
        for method, operation in methods.items():
            line = _line(address, method, operation, scopes, schema)
            areas.setdefault(operation.get("tags", [""])[0], []).append(line)
    context = {
        "areas": areas,
        "scopes": SCOPES,
        "problems": PROBLEMS,
        "reads": READS_A_MINUTE,
        "writes": WRITES_A_MINUTE,
        "base": request.build_absolute_uri("/api/v1"),
    }
    return render(request, "api/documentation.html", context)


def _scopes(api: Any) -> dict[str, str]:
    found = {}
    for bound in api._get_bound_routers():
        for view in bound.path_operations.values():
            for operation in view.operations:
                name = operation.operation_id or api.get_openapi_operation_id(operation)
                found[name] = next((one.scope for one in operation.auth_callbacks if isinstance(one, Opens)), "")
    return found


def _line(address: str, method: str, operation: dict[str, Any], scopes: dict[str, str], schema: dict[str, Any]) -> Line:
    line = Line(
        anchor=operation["operationId"],
        method=method.upper(),
        path=address.removeprefix("/api/v1"),
        title=operation["summary"],
        text=operation.get("description", ""),
        scope=scopes[operation["operationId"]],
    )
    for parameter in operation.get("parameters", ()):
        if parameter["in"] == "query":
            line.parameters.append(_told(parameter["name"], parameter["schema"], required=parameter["required"]))
    body = operation.get("requestBody", {}).get("content", {}).get("application/json", {}).get("schema", {})
    shape = schema["components"]["schemas"].get(body.get("$ref", "").rpartition("/")[2], body)
    required = shape.get("required", ())
    line.body = [_told(name, one, required=name in required) for name, one in shape.get("properties", {}).items()]
    return line


def _told(name: str, shape: dict[str, Any], *, required: bool) -> dict[str, str]:
    kinds = [one.get("format") or one.get("type", "") for one in shape.get("anyOf", [shape])]
    values = ", ".join(f"“{value}”" for value in shape.get("enum", ()))
    return {
        "name": name,
        "kind": " | ".join(kind for kind in kinds if kind and kind != "null"),
        "text": str(shape.get("description", "")) or values,
        "required": "1" if required else "",
    }
