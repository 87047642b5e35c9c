"""Problems, bounds, safe headers, health, the reference and the pages."""

import json
from pathlib import Path

import pytest
import sqlalchemy as sa
from fastapi import APIRouter

from tests.app.http.house import House
from trunkline.app.http import Readiness
from trunkline.features import audit, identity
from trunkline.features.tenancy import public
from trunkline.kit.errors import TrunklineError

router = APIRouter(dependencies=[public()])


@router.get("/bug")
async def bug() -> None:
    raise ZeroDivisionError


@router.get("/busy")
async def busy() -> None:
    raise TrunklineError("overloaded", 503, "Too much.", retry_after_s=3)


@router.get("/stopping")
async def stopping() -> None:
    raise TrunklineError("stopping", 503, "Soon.")


@router.get("/full")
async def full() -> None:
    raise sa.exc.OperationalError("INSERT", {}, Exception("database or disk is full"))


@pytest.fixture
def faulty() -> House:
    return House(router, identity.router, audit.router)


async def test_a_refusal_is_a_problem_with_its_code_and_retry_after(faulty: House) -> None:
    async with faulty.client() as client:
        reply = await client.get("/api/v1/busy")
    assert reply.headers["content-type"] == "application/problem+json"
    assert reply.headers["retry-after"] == "3"
    assert reply.json() == {
        "type": "urn:trunkline:problem:overloaded",
        "title": "Overloaded",
        "status": 503,
        "code": "overloaded",
        "detail": "Too much.",
        "retry_after_s": 3,
    }


async def test_every_503_says_when_to_come_again(faulty: House) -> None:
    async with faulty.client() as client:
        reply = await client.get("/api/v1/stopping")
    assert (reply.status_code, reply.headers["retry-after"]) == (503, "5")


async def test_a_store_that_fails_is_no_bug_of_ours(faulty: House) -> None:
    async with faulty.client() as client:
        reply = await client.get("/api/v1/full")
    assert (reply.status_code, reply.json()["code"]) == (503, "store_unavailable")
    assert reply.headers["retry-after"] == "5"


async def test_a_bug_is_a_problem_that_tells_nothing_of_itself(faulty: House) -> None:
    async with faulty.client() as client:
        reply = await client.get("/api/v1/bug")
    assert (reply.status_code, reply.json()["code"]) == (500, "internal_error")
    assert "division" not in reply.text


async def test_an_unreadable_request_says_where_but_never_repeats_the_value(house: House) -> None:
    async with house.client() as client:
        body = {"username": "li", "password": 13800000001, "kind": "ring"}
        reply = await client.post("/api/v1/sessions", json=body)
    told = reply.json()
    assert (reply.status_code, told["code"]) == (422, "invalid_request")
    assert [fault["loc"] for fault in told["errors"]] == [["body", "password"], ["body", "kind"]]
    assert "13800000001" not in reply.text


@pytest.mark.parametrize("content", [b"{", b"[]", b'"x"', b"", b"\xff"])
async def test_a_body_that_is_no_json_object_is_a_problem(house: House, content: bytes) -> None:
    async with house.client(**{"Content-Type": "application/json"}) as client:
        reply = await client.post("/api/v1/sessions", content=content)
    assert (reply.status_code, reply.json()["code"]) == (422, "invalid_request")


async def test_unknown_routes_and_methods_are_problems(house: House) -> None:
    async with house.client() as client:
        assert (await client.get("/api/v1/coffee")).json()["code"] == "not_found"
        wrong = await client.put("/api/v1/users")
        assert (wrong.status_code, wrong.json()["code"]) == (405, "method_not_allowed")
        assert (await client.get("/api/v1/users/")).status_code == 404


async def test_a_body_beyond_the_bound_is_refused_before_it_is_read(house: House) -> None:
    async with house.client() as client:
        reply = await client.post("/api/v1/sessions", content=b" " * (1024 * 1024 + 1))
    assert (reply.status_code, reply.json()["code"]) == (413, "body_too_large")


@pytest.mark.parametrize("path", ["/users?q=a%00b", "/users/a%00b"])
async def test_a_nul_in_a_path_or_query_is_refused(house: House, path: str) -> None:
    reply = await house.ask("administrator", "GET", path)
    assert (reply.status_code, reply.json()["code"]) == (422, "invalid_request")


async def test_every_reply_carries_safe_headers_and_a_name(house: House) -> None:
    async with house.client(**{"X-Request-Id": "trace-12345678"}) as client:
        reply = await client.get("/api/v1/users")
        page = await client.get("/", headers={"X-Request-Id": "bad id\x01"})
    assert "frame-ancestors 'none'" in reply.headers["content-security-policy"]
    assert reply.headers["cache-control"] == "no-store"
    assert reply.headers["x-content-type-options"] == "nosniff"
    assert reply.headers["x-request-id"] == "trace-12345678"
    assert page.headers["x-request-id"].startswith("req_")


async def test_health_says_alive_ready_or_why_not(house: House) -> None:
    async with house.client() as client:
        assert (await client.get("/healthz")).json() == {"status": "ok"}
        assert (await client.get("/readyz")).json() == {"status": "ready"}
        house.readiness = Readiness(
            False, "Asterisk is not installed.", "trunkline telephony install"
        )
        reply = await client.get("/readyz")
    assert reply.status_code == 503
    assert reply.json() == {
        "status": "not_ready",
        "reason": "Asterisk is not installed.",
        "remedy": "trunkline telephony install",
    }


async def test_metrics_count_requests_by_route_without_ids(house: House) -> None:
    await house.ask("administrator", "GET", "/users/usr_secret")
    async with house.client() as client:
        told = (await client.get("/metrics")).text
    assert 'route="/users/{user_id}",status="404"' in told
    assert "usr_secret" not in told


async def test_the_document_names_the_permission_of_each_route(house: House) -> None:
    async with house.client() as client:
        document = (await client.get("/openapi.json")).json()
        reference = (await client.get("/docs")).text
    listing = document["paths"]["/api/v1/users"]["get"]
    assert listing["x-permission"] == "users.read"
    assert {"200", "401", "403", "422"} <= listing["responses"].keys()
    assert "HTTPValidationError" not in json.dumps(document)
    assert "/api/v1/users/{user_id}" in reference
    assert "<script" not in reference


@pytest.fixture
def built(tmp_path: Path) -> House:
    (tmp_path / "assets").mkdir()
    (tmp_path / "index.html").write_text("<title>Desk</title>")
    (tmp_path / "assets" / "app-1a2b.js").write_text("1")
    (tmp_path.parent / "secret.txt").write_text("secret")
    return House(ui=tmp_path)


async def test_every_path_of_the_pages_is_the_one_page(built: House) -> None:
    async with built.client() as client:
        for path in ("/", "/desk", "/tickets/tck_1", "/call", "/index.html"):
            reply = await client.get(path)
            assert (reply.status_code, reply.text) == (200, "<title>Desk</title>")
            assert reply.headers["cache-control"] == "no-cache"


async def test_a_hashed_file_is_kept_for_ever_and_a_missing_one_is_no_page(built: House) -> None:
    async with built.client() as client:
        reply = await client.get("/assets/app-1a2b.js")
        assert "immutable" in reply.headers["cache-control"]
        assert (await client.get("/assets/app-0000.js")).status_code == 404
        assert (await client.post("/desk")).status_code == 404


@pytest.mark.parametrize(
    "path", ["/../secret.txt", "/%2e%2e/secret.txt", "/assets/../../secret.txt"]
)
async def test_no_path_leads_out_of_the_pages(built: House, path: str) -> None:
    async with built.client() as client:
        assert "secret" not in (await client.get(path)).text


async def test_pages_that_are_not_built_say_what_builds_them(house: House) -> None:
    async with house.client() as client:
        reply = await client.get("/desk")
    assert reply.status_code == 503
    assert "make web" in reply.text
