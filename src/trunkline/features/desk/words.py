"""What machines noted, as people read it: the way through a flow, and why an agent was chosen.

Pure functions of rows. A node whose id is not in the table is called by its id.
"""

from __future__ import annotations

from typing import Any, Final

Words = tuple[str, str]
"""Chinese and English."""

_NODES: Final[dict[str, Words]] = {
    "greeting": ("问候", "Greeting"),
    "notice": ("录音提示", "Recording notice"),
    "menu": ("语音菜单", "Menu"),
    "technical": ("技术支持", "technical support"),
    "billing": ("账单", "billing"),
    "agent": ("人工服务", "an agent"),
    "verify": ("身份验证", "verification"),
    "verified": ("验证通过", "Verified"),
    "unverified": ("验证未通过，转人工", "Not verified, on to an agent"),
    "status": ("播报订单状态", "Order status read back"),
    "no-order": ("没有进行中的订单", "No open order"),
    "queue": ("人工服务", "an agent"),
    "echo": ("回声测试", "Echo test"),
    "closed": ("暂不受理，结束", "Closed, ended"),
}
_KINDS: Final[dict[str, Words]] = {
    "menu": ("菜单：{zh}", "Menu: {en}"),
    "enqueue": ("排队：{zh}", "Queued for {en}"),
    "verify": ("请客户验证身份", "Asked for {en}"),
}


def path_words(steps: list[dict[str, Any]]) -> list[Words]:
    """Each step of a way through a flow in words; a key is read with where it led."""
    following = [*steps[1:], None][: len(steps)]
    return [_step(step, after) for step, after in zip(steps, following, strict=True)]


def explained(explanation: dict[str, Any], names: dict[str, str]) -> Words:
    """Why an offer was made, in one sentence each.

    `explanation` is the core's as JSON values; `names` are those of its candidates.
    """
    chosen = next((one for one in explanation["candidates"] if one["chosen"]), None)
    if chosen is None:
        return "没有候选坐席", "No candidates are kept"
    who = names.get(chosen["agent"], chosen["agent"])
    free, waited = explanation["eligible"], _seconds(explanation["waited_ms"])
    idle = _seconds(chosen["idle_ms"])
    zh = f"{free} 名空闲坐席中空闲最久：{who}（{idle} 秒）；客户已等待 {waited} 秒"
    en = f"Longest idle of {_count(free)}: {who} ({idle} s); the customer waited {waited} s"
    if chosen["why"] == "passed_by":
        zh, en = (
            f"{zh}；此前未接，但无其他坐席空闲",
            f"{en}; let it pass before, nobody else is free",
        )
    return zh, en


def _step(step: dict[str, Any], after: dict[str, Any] | None) -> Words:
    if step["kind"] == "key":
        return _key(step["key"], after)
    zh, en = node_words(step["node"])
    form_zh, form_en = _KINDS.get(step["kind"], ("{zh}", "{en}"))
    return form_zh.format(zh=zh), _capital(form_en.format(en=en))


def _key(key: str, after: dict[str, Any] | None) -> Words:
    if after is None:
        return f"按 {key}", f"Pressed {key}"
    zh, en = node_words(after["node"])
    return f"按 {key}：{zh}", f"Pressed {key}: {en}"


def node_words(node: str) -> Words:
    """What a node of a flow is called."""
    plain = node.replace("-", " ").replace("_", " ")
    return _NODES.get(node, (plain, plain))


def _count(free: int) -> str:
    return "1 free agent" if free == 1 else f"{free} free agents"


def _seconds(ms: int) -> str:
    return f"{round(ms / 1000)}"


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
