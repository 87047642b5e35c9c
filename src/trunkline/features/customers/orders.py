"""Orders of a customer as the call needs them: what is open, and how it is read back."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from trunkline.core.flow.speech import Amount, Date, Digits, Prompt, Say
from trunkline.features.customers import store
from trunkline.features.customers.sealing import CustomerKey, opened

if TYPE_CHECKING:
    from datetime import date

    from trunkline.kit.crypto import KeyRing
    from trunkline.ports.database import Tx

MOST_ORDERS: Final = 100
FACTOR_DIGITS: Final = 4


class OrderState(StrEnum):
    """Where an order stands."""

    PAID = "paid"
    PACKED = "packed"
    SHIPPED = "shipped"
    OUT_FOR_DELIVERY = "out_for_delivery"
    DELIVERED = "delivered"
    CANCELLED = "cancelled"
    REFUNDING = "refunding"


OPEN_STATES: Final = frozenset(OrderState) - {OrderState.DELIVERED, OrderState.CANCELLED}


@dataclass(frozen=True, slots=True)
class OrderStatus:
    """One order with its number in the clear."""

    id: str
    number: str
    placed_on: date
    state: OrderState
    amount_minor: int
    currency: str

    @property
    def number_masked(self) -> str:
        """The number with all but its last four characters hidden."""
        return f"****{self.number[-FACTOR_DIGITS:]}" if len(self.number) > FACTOR_DIGITS else "****"

    @property
    def last_digits(self) -> str:
        """What a caller is asked for: the last four digits of the number."""
        return re.sub(r"[^0-9]", "", self.number)[-FACTOR_DIGITS:]


def orders(tx: Tx, keys: KeyRing, tenant_id: str, customer_id: str) -> tuple[OrderStatus, ...]:
    """The orders of a customer, newest first; none when the customer is gone."""
    customer = store.get(tx, tenant_id, customer_id)
    if customer is None or customer.wrapped_key is None:
        return ()
    key = opened(keys, tenant_id, customer_id, customer.wrapped_key)
    rows = store.orders_of(tx, tenant_id, customer_id, MOST_ORDERS)
    return tuple(_opened(key, row) for row in rows)


def open_orders(tx: Tx, keys: KeyRing, tenant_id: str, customer_id: str) -> tuple[OrderStatus, ...]:
    """The orders that are neither delivered nor cancelled, newest first."""
    every = orders(tx, keys, tenant_id, customer_id)
    return tuple(order for order in every if order.state in OPEN_STATES)


def order_status(tx: Tx, keys: KeyRing, tenant_id: str, customer_id: str) -> OrderStatus | None:
    """The order that a caller means who asks for "my order": the newest open one."""
    return next(iter(open_orders(tx, keys, tenant_id, customer_id)), None)


def order_status_say(tx: Tx, keys: KeyRing, tenant_id: str, customer_id: str) -> tuple[Say, ...]:
    """What a verified caller hears of the newest open order; nothing when there is none.

    The digits are personal: these items are spoken and never journaled.
    """
    order = order_status(tx, keys, tenant_id, customer_id)
    return said(order) if order else ()


def said(order: OrderStatus) -> tuple[Say, ...]:
    """Your order … placed on … for the amount of … has been shipped."""
    day = order.placed_on
    return (
        Prompt("order-your-order"),
        Digits(order.last_digits),
        Prompt("order-placed-on"),
        Date(day.year, day.month, day.day),
        Prompt("order-amount"),
        Amount(order.amount_minor, order.currency),
        Prompt(f"order-status-{order.state.value.replace('_', '-')}"),
    )


def _opened(key: CustomerKey, row: store.OrderRow) -> OrderStatus:
    number = key.unseal(f"order:{row.id}", row.sealed_number)
    state = OrderState(row.status)
    return OrderStatus(row.id, number, row.placed_on, state, row.amount_minor, row.currency)
