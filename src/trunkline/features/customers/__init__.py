"""Customers: who is served, known by what, and everything personal, sealed a key a customer."""

from trunkline.features.customers.api import router
from trunkline.features.customers.callers import caller_token, keep_caller
from trunkline.features.customers.factors import Factor, check_factor
from trunkline.features.customers.identify import (
    CustomerBrief,
    Identified,
    identify,
    phone_mark,
)
from trunkline.features.customers.lending import sealing_keys
from trunkline.features.customers.orders import (
    OPEN_STATES,
    OrderState,
    OrderStatus,
    open_orders,
    order_status,
    order_status_say,
    orders,
)
from trunkline.features.customers.phones import (
    HOME_REGION,
    barred,
    dialled,
    masked,
    normalised,
    phone_kind,
    phone_zones,
)
from trunkline.features.customers.sealing import CustomerKey
from trunkline.features.customers.service import (
    ERASED_JOB,
    Customer,
    Draft,
    Mailbox,
    OrderDraft,
    Phone,
    add_mailbox,
    add_order,
    add_phone,
    change,
    create,
    erase,
    get,
    page,
    several,
    surveyed,
)
from trunkline.features.customers.vault import ValueGone, forget_values, put_value, value

__all__ = [
    "ERASED_JOB",
    "HOME_REGION",
    "OPEN_STATES",
    "Customer",
    "CustomerBrief",
    "CustomerKey",
    "Draft",
    "Factor",
    "Identified",
    "Mailbox",
    "OrderDraft",
    "OrderState",
    "OrderStatus",
    "Phone",
    "ValueGone",
    "add_mailbox",
    "add_order",
    "add_phone",
    "barred",
    "caller_token",
    "change",
    "check_factor",
    "create",
    "dialled",
    "erase",
    "forget_values",
    "get",
    "identify",
    "keep_caller",
    "masked",
    "normalised",
    "open_orders",
    "order_status",
    "order_status_say",
    "orders",
    "page",
    "phone_kind",
    "phone_mark",
    "phone_zones",
    "put_value",
    "router",
    "sealing_keys",
    "several",
    "surveyed",
    "value",
]
