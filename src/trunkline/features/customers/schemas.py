"""Customers as the API tells them; numbers stand in full only for those who may see them."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from trunkline.core.words import Level
from trunkline.features.customers.orders import OrderState, OrderStatus
from trunkline.features.customers.service import (
    MOST_IDENTITIES,
    Customer,
    Draft,
    Mailbox,
    OrderDraft,
    Phone,
)
from trunkline.features.tenancy import ApiModel, Day, Instant, Word, instant

Name = Annotated[str, Field(min_length=1, max_length=200, pattern=r"\S")]
Number = Annotated[str, Field(min_length=1, max_length=64)]
Text = Annotated[str, Field(min_length=1, max_length=254)]
Pin = Annotated[str, Field(pattern=r"^[0-9]{4,8}$", description="Never read back.")]
Note = Annotated[str, Field(max_length=4000)]
Team = Annotated[str, Field(min_length=1, max_length=40)]
Manager = Annotated[str, Field(min_length=1, max_length=40)]
Kind = Literal["phone", "email"]
Language = Literal["zh", "en", "ja", "ko"]


class IdentityOut(ApiModel):
    """One way to know a customer; `value` only with the permission `customers.read_pii`."""

    id: str
    kind: Kind
    masked: str
    value: str | None = None

    @classmethod
    def of(cls, known: Phone | Mailbox, *, in_full: bool) -> IdentityOut:
        """From an opened number or mailbox."""
        kind: Kind = "phone" if isinstance(known, Phone) else "email"
        told = known.number if isinstance(known, Phone) else known.address
        value = told if in_full else None
        return cls(id=known.id, kind=kind, masked=known.masked, value=value)


class CustomerOut(ApiModel):
    """A customer; `manager_id` is the agent who looks after them.

    With `contract` the organisation has an enterprise contract.
    """

    id: str
    name: str
    level: Word[Level]
    organisation: str | None
    team_id: str | None
    language: str
    note: str | None
    opted_out_survey: bool
    manager_id: str | None
    contract: bool
    identities: list[IdentityOut]
    created_at: Instant

    @classmethod
    def of(cls, customer: Customer, *, in_full: bool) -> CustomerOut:
        """From an opened customer."""
        return cls(
            id=customer.id,
            name=customer.name,
            level=customer.level,
            organisation=customer.organisation,
            team_id=customer.team_id,
            language=customer.language,
            note=customer.note,
            opted_out_survey=customer.opted_out_survey,
            manager_id=customer.manager_id,
            contract=customer.contract,
            identities=[
                *(IdentityOut.of(phone, in_full=in_full) for phone in customer.phones),
                *(IdentityOut.of(mailbox, in_full=in_full) for mailbox in customer.mailboxes),
            ],
            created_at=instant(customer.created_at),
        )


class CustomerNew(ApiModel):
    """What a customer is made of; without `team_id` every team sees it."""

    name: Name
    level: Word[Level] = Level.REGULAR
    phones: list[Number] = Field(default_factory=list, max_length=MOST_IDENTITIES)
    mailboxes: list[Text] = Field(default_factory=list, max_length=MOST_IDENTITIES)
    organisation: Name | None = None
    language: Language = "zh"
    note: Note | None = None
    pin: Pin | None = None
    opted_out_survey: bool = False
    team_id: Team | None = None
    manager_id: Manager | None = None
    contract: bool = False

    def draft(self) -> Draft:
        """The same in the service's words."""
        fields = self.model_dump() | {
            "phones": tuple(self.phones),
            "mailboxes": tuple(self.mailboxes),
        }
        return Draft(**fields)


class CustomerChange(ApiModel):
    """What is to change; fields that are not given stay.

    `organisation`, `note`, `team_id` and `manager_id` may be null.
    """

    name: Name = ""
    level: Word[Level] = Level.REGULAR
    organisation: Name | None = None
    language: Language = "zh"
    note: Note | None = None
    pin: Pin = ""
    opted_out_survey: bool = False
    team_id: Team | None = None
    manager_id: Manager | None = None
    contract: bool = False


class IdentityNew(ApiModel):
    """One more way to know a customer."""

    kind: Kind
    value: Text


class OrderOut(ApiModel):
    """An order; `number` only with the permission `customers.read_pii`."""

    id: str
    number: str | None
    number_masked: str
    placed_on: Day
    status: Word[OrderState]
    amount_minor: int
    currency: str

    @classmethod
    def of(cls, order: OrderStatus, *, in_full: bool) -> OrderOut:
        """From an opened order."""
        return cls(
            id=order.id,
            number=order.number if in_full else None,
            number_masked=order.number_masked,
            placed_on=order.placed_on,
            status=order.state,
            amount_minor=order.amount_minor,
            currency=order.currency,
        )


class OrderNew(ApiModel):
    """What an order is made of; `amount_minor` in hundredths of the currency's unit."""

    number: Annotated[str, Field(min_length=4, max_length=40, pattern=r"^[A-Za-z0-9\-]+$")]
    placed_on: Day
    status: Word[OrderState] = OrderState.PAID
    amount_minor: Annotated[int, Field(ge=0, le=10**12)]
    currency: Literal["CNY", "USD"] = "CNY"

    def draft(self) -> OrderDraft:
        """The same in the service's words."""
        return OrderDraft(
            self.number, self.placed_on, self.status, self.amount_minor, self.currency
        )


class OrderList(ApiModel):
    """All orders that are kept of a customer, newest first."""

    items: list[OrderOut]
