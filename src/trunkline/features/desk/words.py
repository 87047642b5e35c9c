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


_RULES: Final[dict[str, Words]] = {
    "index": ("综合指数最高", "best by index"),
    "longest_idle": ("空闲最久", "longest idle"),
    "fewest_contacts": ("接待最少", "fewest contacts"),
    "round_robin": ("轮到", "next in turn"),
    "linear": ("排位最前", "first in order"),
    "top_down": ("排位最前", "first in order"),
    "random": ("随机选中", "drawn"),
    "weighted": ("按权重抽中", "drawn by weight"),
    "ring_all": ("同时振铃", "ringing with others"),
    "most_skilled": ("技能最强", "most skilled"),
    "least_occupied": ("利用率最低", "least occupied"),
    "least_flexible": ("技能最专一", "least flexible"),
    "personal": ("客户的专属或上次坐席", "the customer's own agent"),
}
_WHY: Final[dict[str, Words]] = {
    "passed_by": ("此前未接，但无其他坐席空闲", "let it pass before, nobody else is free"),
    "colleagues_idle": ("本队列仍有同事空闲，可支援", "lent, as colleagues at home are idle"),
    "waited": ("客户等待已久，可跨队列支援", "lent, as the customer had waited"),
    "vip": ("贵宾客户，可跨队列支援", "lent to a VIP"),
    "starving": ("已达最长等待，任何坐席均可", "anybody, as the longest wait was reached"),
    "tier_open": ("第二梯队已开放", "of a further tier, which is open"),
}


_IN_TIME: Final = (
    "尚能在服务水平内接起，先于已超时的等待者",
    "who can still be answered in time goes before who cannot",
)


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
    rule_zh, rule_en = _RULES.get(explanation["rule"], (explanation["rule"],) * 2)
    idle = _seconds(chosen["idle_ms"])
    zh = f"{free} 名空闲坐席中{rule_zh}：{who}（{idle} 秒）；客户已等待 {waited} 秒"
    en = f"{_capital(rule_en)} of {_count(free)}: {who} ({idle} s); the customer waited {waited} s"
    more = [_WHY[chosen["why"]]] if chosen["why"] in _WHY else []
    if explanation.get("stage"):
        asked = explanation["requirement"]
        more.append(
            (f"等待后要求放宽为：{asked or '不限'}", f"by then it asked for {asked or 'anybody'}")
        )
    if explanation.get("rivals"):
        count = len(explanation["rivals"])
        more.append((f"排在其他 {count} 位等待者之前", f"before {count} who waited too"))
    if in_time(explanation):
        more.append(_IN_TIME)
    return "；".join((zh, *(one for one, _ in more))), "; ".join((en, *(one for _, one in more)))


def in_time(explanation: dict[str, Any]) -> bool:
    """Whether the customer went before one who came too late to be answered in time."""
    rivals = explanation.get("rivals", [])
    return explanation.get("head") == "plain" and any(one["head"] == "late" for one in rivals)


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
