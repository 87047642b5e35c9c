"""The demo tenant: people, queues, numbers, customers and answers to try everything with.

Users share one password, desk phones have it as their secret, the trunk trusts this machine only.
Customer n (1 to 10) calls from +86138000000nn, has the PIN 90nn and the open order TL-2026-70nn.
Seeding is one transaction and is done once: a tenant that is there is left as it is.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from itertools import cycle
from typing import TYPE_CHECKING, Final

from trunkline.core.words import FlowId, Level, QueueId, WrapUpMode
from trunkline.features import (
    agents,
    audit,
    calendars,
    customers,
    flows,
    identity,
    knowledge,
    numbers,
    outbound,
    queues,
    setup,
    tenancy,
)
from trunkline.features.customers import OrderState
from trunkline.features.identity import NewUser, RoleHeld
from trunkline.features.queues import Callbacks, DispositionNew, Label, QueueNew, WrapUp
from trunkline.features.tenancy import Principal, TenantSettings, Writing

if TYPE_CHECKING:
    from trunkline.ports.database import Tx
    from trunkline.runtime.platform import Platform

SLUG: Final = "demo"
AGENTS: Final = 8
VIP_PRIORITY: Final = 30
DEMO_CUSTOMERS: Final = "127.0.0.1:5070"
"""Where calls to customers go: whoever wants to be called back listens there."""
LEADERS: Final = (
    ("admin", "administrator", "林静 Admin"),
    ("supervisor", "supervisor", "周岚 Supervisor"),
    ("quality", "quality", "许宁 Quality"),
    ("planner", "planner", "唐越 Planner"),
)
AGENT_NAMES: Final = ("陈晨", "王蕾", "赵磊", "孙悦", "吴桐", "郑洁", "何川", "罗敏")
QUEUES: Final = (
    ("support", "技术支持", "Technical support", False),
    ("billing", "账单服务", "Billing", True),
    ("logistics", "物流服务", "Delivery", False),
    ("vip", "贵宾服务", "Key accounts", True),
)
"""Name, labels, and whether an outcome must be chosen."""
OUTCOMES: Final = (
    ("fault", "故障", "Fault", (("line", "线路", "Line"), ("device", "设备", "Device"))),
    ("order", "订单", "Order", (("status", "查询", "Status"), ("change", "修改", "Change"))),
    ("bill", "账单", "Bill", (("question", "咨询", "Question"), ("dispute", "异议", "Dispute"))),
    ("complaint", "投诉", "Complaint", ()),
    ("other", "其他", "Other", ()),
)
CUSTOMERS: Final = (
    ("李小明", None),
    ("张丽华", None),
    ("王建国", "晨星咖啡"),
    ("刘思雨", None),
    ("陈志远", "蓝河软件"),
    ("杨晓雯", None),
    ("黄俊杰", "远山物流"),
    ("Emma Collins", None),
    ("Daniel Novak", "Harbour Tools"),
    ("Sofia Marsh", "Northwind Labs"),
)
ANSWERS: Final = (
    ("zh", "如何重置路由器", "按住背面的复位键十秒，指示灯闪烁后松开，等待两分钟。"),
    ("zh", "发票如何开具", "在订单页面选择“开票”，填写抬头和税号，一个工作日内发送到邮箱。"),
    ("zh", "如何退货", "签收后七天内可申请退货，上门取件，退款三个工作日内到账。"),
    ("en", "How to reset the router", "Hold the reset key for ten seconds, then wait two minutes."),
    (
        "en",
        "How to get an invoice",
        "Choose Invoice on the order; it comes by mail in a day.",
    ),
    ("en", "How to return goods", "Ask within seven days; we collect, and refund in three days."),
)


@dataclass(frozen=True, slots=True)
class Seeding:
    """One seeding under way."""

    platform: Platform
    on: Writing
    by: Principal
    password: str
    password_hash: str


async def seed(platform: Platform) -> str:
    """Make the demo tenant unless it is there; returns its id."""
    known = await platform.db.read(lambda tx: tenancy.by_slug(tx, SLUG))
    if known is not None:
        return known.tenant_id
    password = platform.settings.demo_password.get_secret_value()
    password_hash = await asyncio.to_thread(identity.Passwords().hash_now, password)
    return await platform.db.write(lambda tx: _seed(tx, platform, password, password_hash))


def _seed(tx: Tx, platform: Platform, password: str, password_hash: str) -> str:
    tenant = identity.add_tenant(tx, platform, "Trunkline Demo", SLUG, "zh")
    on = audit.writing(platform, tx, tenant.tenant_id)
    by = Principal(tenant.tenant_id, audit.SYSTEM)
    seeding = Seeding(platform, on, by, password, password_hash)
    always = TenantSettings(
        ticket_of_every_call=True, survey_min_talk_s=0, survey_respect_quiet_time=False
    )
    tenancy.choose(tx, tenant.tenant_id, always)
    team_id, key_accounts = _teams(seeding)
    _leaders(seeding, team_id)
    served = _queues(on, _agents(seeding, team_id), team_id, key_accounts)
    _outcomes(on)
    _numbers(on, served)
    outbound.choose(on, {"callbacks_at_any_hour": True})  # it is tried whenever somebody is awake
    _calendar(on)
    _customers(on)
    for language, title, body in ANSWERS:
        knowledge.create(
            on,
            knowledge.EntryNew.model_validate({"language": language, "title": title, "body": body}),
        )
    tenancy.policy_changed(tx, tenant.tenant_id)
    made = ("tenants.created", tenant.tenant_id)
    platform.policies.keep(tx, tenant.tenant_id, audit.SYSTEM, *made, on.now)
    return tenant.tenant_id


def _teams(seeding: Seeding) -> tuple[str, str]:
    """The service team, and the one for key accounts below it."""
    tx, platform, by = seeding.on.tx, seeding.platform, seeding.by
    service = identity.add_team(tx, platform, by, "Service").team_id
    return service, identity.add_team(tx, platform, by, "Key accounts", service).team_id


def _leaders(seeding: Seeding, team_id: str) -> None:
    for username, role, name in LEADERS:
        _user(seeding, username, role, name, team_id)


def _agents(seeding: Seeding, team_id: str) -> list[str]:
    made = []
    for number, name in enumerate(AGENT_NAMES[:AGENTS], 1):
        user_id = _user(seeding, f"agent{number}", "agent", name, team_id)
        agents.ensure(seeding.on, user_id, secret=seeding.password)
        skills = {"technical": 1 + number % 5, "billing": 1 + (number + 2) % 5}
        agents.change(seeding.on, user_id, {"skills": skills, "extension": f"80{number:02d}"})
        made.append(user_id)
    return made


def _user(seeding: Seeding, username: str, role: str, name: str, team_id: str) -> str:
    new = NewUser(username, name, seeding.password_hash, (RoleHeld(role),), team_id, "zh")
    return identity.add_user(seeding.on.tx, seeding.platform, seeding.by, new).user_id


def _queues(on: Writing, served_by: list[str], team: str, key_accounts: str) -> dict[str, QueueId]:
    made = {}
    for name, zh, en, coded in QUEUES:
        new = QueueNew(
            name=name,
            display=Label(zh=zh, en=en),
            team_id=key_accounts if name == "vip" else team,
            agents=served_by,
            wrap_up=WrapUp(mode=WrapUpMode.FIXED, seconds=5),
            disposition_required=coded,
            priority=VIP_PRIORITY if name == "vip" else 0,
            callback=Callbacks(enabled=True),
        )
        made[name] = QueueId(queues.create(on, new))
    return made


def _outcomes(on: Writing) -> None:
    for code, zh, en, below in OUTCOMES:
        parent = queues.create_disposition(on, DispositionNew(code=code, label=Label(zh=zh, en=en)))
        for part, part_zh, part_en in below:
            label = Label(zh=part_zh, en=part_en)
            new = DispositionNew(code=f"{code}.{part}", label=label, parent_id=parent)
            queues.create_disposition(on, new)
    setup.reasons(on)


def _numbers(on: Writing, served: dict[str, QueueId]) -> None:
    support, billing, vip = served["support"], served["billing"], served["vip"]
    enterprise = flows.straight(vip, VIP_PRIORITY)
    drafts = (
        ("4000", "main", "总机", "Main line", flows.main_line(support, billing)),
        ("4001", "straight", "技术支持", "Support", flows.straight(support)),
        ("4002", "enterprise", "企业专线", "Enterprise line", enterprise),
        ("4003", "echo", "回声测试", "Echo test", flows.echo_test()),
        ("4004", "callback", "回拨", "Callback", flows.callback(support)),
    )
    for number, name, zh, en, draft in drafts:
        flow_id = FlowId(flows.publish(on, name, draft))
        new = numbers.NumberNew(number=number, name=numbers.Title(zh=zh, en=en), flow_id=flow_id)
        numbers.create_number(on, new)
    numbers.create_trunk(
        on, numbers.TrunkNew(name="loopback", sources=["127.0.0.0/8"], host=DEMO_CUSTOMERS)
    )


def _calendar(on: Writing) -> None:
    """Business hours with a lunch break; no number keeps them, for the demo is always open."""
    shifts = (("09:00", "12:00"), ("13:30", "18:00"))
    weekly = [
        calendars.OpenDay(day=day, opens=opens, closes=closes)
        for day in range(5)
        for opens, closes in shifts
    ]
    china = calendars.Holidays(country="CN")
    calendars.create(on, calendars.CalendarNew(name="工作日", weekly=weekly, holidays=china))


def _customers(on: Writing) -> None:
    today = datetime.fromtimestamp(on.now / 1000, UTC).date()
    states = cycle(sorted(customers.OPEN_STATES))
    for n, (name, organisation) in enumerate(CUSTOMERS, 1):
        draft = customers.Draft(
            name=name,
            level=list(Level)[(n - 1) // 2],
            language="zh" if n < 8 else "en",
            organisation=organisation,
            phones=(f"+86138000000{n:02d}",),
            pin=str(9000 + n),
        )
        customer_id = customers.create(on, draft)
        for order in _orders(n, today, next(states)):
            customers.add_order(on, customer_id, order)


def _orders(n: int, today: date, state: OrderState) -> tuple[customers.OrderDraft, ...]:
    """One that is open and one of last month that is delivered."""
    recent, old = today - timedelta(days=n), today - timedelta(days=30 + n)
    return (
        customers.OrderDraft(f"TL-2026-{6000 + n}", old, OrderState.DELIVERED, 8_800 + 1_250 * n),
        customers.OrderDraft(f"TL-2026-{7000 + n}", recent, state, 12_900 + 3_450 * n),
    )
