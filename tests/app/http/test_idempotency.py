"""A POST that is sent twice with one key is done once."""

from tests.app.http.house import House
from trunkline.features.tenancy.idempotency.store import idempotency_keys

KEY = {"Idempotency-Key": "order-66"}


async def test_the_same_request_gets_the_first_reply_again(house: House) -> None:
    async with await house.signed_in("administrator") as client:
        replies = [
            await client.post("/api/v1/teams", json={"name": "A"}, headers=KEY) for _ in (1, 2)
        ]
    assert [reply.status_code for reply in replies] == [201, 201]
    assert replies[0].json() == replies[1].json()
    assert replies[1].headers["idempotency-replayed"] == "true"


async def test_another_request_with_the_key_is_refused(house: House) -> None:
    async with await house.signed_in("administrator") as client:
        await client.post("/api/v1/teams", json={"name": "A"}, headers=KEY)
        reply = await client.post("/api/v1/teams", json={"name": "B"}, headers=KEY)
    assert (reply.status_code, reply.json()["code"]) == (422, "idempotency_key_reused")


async def test_a_key_is_its_users_own(house: House) -> None:
    for tenant in ("one", "two"):
        reply = await house.ask(
            "administrator", "POST", "/teams", tenant, json={"name": "A"}, headers=KEY
        )
        assert reply.status_code == 201
        assert "idempotency-replayed" not in reply.headers


async def test_a_key_is_forgotten_after_a_day(house: House) -> None:
    await house.ask("administrator", "POST", "/teams", json={"name": "A"}, headers=KEY)
    house.clock.advance(24 * 3_600_000 + 1)
    reply = await house.ask("administrator", "POST", "/teams", json={"name": "A"}, headers=KEY)
    assert reply.json()["code"] == "team_name_taken"


async def test_a_request_that_still_runs_holds_its_key(house: House) -> None:
    async with await house.signed_in("administrator") as client:
        await client.post("/api/v1/teams", json={"name": "A"}, headers=KEY)
        running = idempotency_keys.update().values(sealed_reply=None)
        house.rig.db.do(lambda tx: tx.execute(running))
        again = await client.post("/api/v1/teams", json={"name": "A"}, headers=KEY)
        assert (again.status_code, again.json()["code"]) == (409, "idempotency_key_in_use")
        house.clock.advance(60_001)
        freed = await client.post("/api/v1/teams", json={"name": "A"}, headers=KEY)
    assert freed.json()["code"] == "team_name_taken"


async def test_a_refusal_for_want_of_permission_is_not_kept(house: House) -> None:
    async with await house.signed_in("agent") as client:
        await client.post("/api/v1/teams", json={"name": "A"}, headers=KEY)
    assert house.rig.db.do(lambda tx: tx.execute(idempotency_keys.select()).all()) == []


async def test_kept_replies_are_sealed(house: House) -> None:
    new = {"username": "li", "display_name": "李娜"}
    reply = await house.ask("administrator", "POST", "/users", json=new, headers=KEY)
    [row] = house.rig.db.do(lambda tx: tx.execute(idempotency_keys.select()).all())
    assert reply.json()["initial_password"].encode() not in row.sealed_reply


async def test_a_key_without_sense_is_refused(house: House) -> None:
    headers = {"Idempotency-Key": "x" * 256}
    reply = await house.ask("administrator", "POST", "/teams", json={"name": "A"}, headers=headers)
    assert (reply.status_code, reply.json()["code"]) == (422, "idempotency_key_invalid")
