"""Knowledge: found by language and words, apart from other tenants'."""

from __future__ import annotations

from tests.tools.rig import Rig
from trunkline.features import knowledge

ZH = {"language": "zh", "title": "如何重置路由器", "body": "按住复位键十秒。"}
EN = {"language": "en", "title": "Reset the router", "body": "Hold 100 % of the key."}


async def test_entries_are_found_by_language_and_by_what_they_say() -> None:
    rig = Rig(knowledge.router)
    async with rig.as_("one") as client:
        zh, en = [(await client.post("/knowledge", json=one)).json()["id"] for one in (ZH, EN)]

    async def found(**query: str) -> list[str]:
        async with rig.as_("one", "agent") as client:
            items = (await client.get("/knowledge", params=query)).json()["items"]
        return [item["id"] for item in items]

    assert await found() == [en, zh]
    assert await found(language="zh") == [zh]
    assert await found(q="重置") == [zh]
    assert await found(q="ROUTER") == [en]
    assert await found(q="0 %") == [en]
    assert await found(q="_") == []


async def test_no_entry_of_another_tenant_is_seen() -> None:
    rig = Rig(knowledge.router)
    async with rig.as_("one") as client, rig.as_("two") as other:
        made = (await client.post("/knowledge", json=ZH)).json()
        assert (await client.get(f"/knowledge/{made['id']}")).json() == made
        assert (await other.get(f"/knowledge/{made['id']}")).status_code == 404
        assert (await other.get("/knowledge")).json()["items"] == []


async def test_an_agent_reads_and_does_not_write() -> None:
    rig = Rig(knowledge.router)
    async with rig.as_("one", "agent") as client:
        assert (await client.post("/knowledge", json=ZH)).status_code == 403
