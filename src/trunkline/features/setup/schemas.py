"""The set-up walk and the tenant's settings as the API tells them."""

from __future__ import annotations

from typing import Annotated, Self

from pydantic import Field, StringConstraints, model_validator

from trunkline.core.config import MOST_SLOTS
from trunkline.features.calendars import Zone
from trunkline.features.setup.service import Step, StepName
from trunkline.features.tenancy import ApiModel, Tenant, TenantSettings, Word


class StepOut(ApiModel):
    """A step; `ready` says that only the confirmation is missing."""

    name: Word[StepName]
    done: bool
    ready: bool
    detail: str

    @classmethod
    def of(cls, step: Step) -> Self:
        """From the service's step."""
        return cls(name=step.name, done=step.done, ready=step.ready, detail=step.detail)


class SetupOut(ApiModel):
    """The walk in its order; `complete` when every step is behind."""

    steps: list[StepOut]
    complete: bool


class Surveys(ApiModel):
    """When a drawn survey is still asked."""

    min_talk_s: Annotated[int, Field(ge=0, le=600)] = 20
    quiet_days: Annotated[int, Field(ge=0, le=365)] = 30
    respect_quiet_time: bool = True


class Promising(ApiModel):
    """When a promise counts as missed, minutes after its time; how long an appointment lasts."""

    missed_after_min: Annotated[int, Field(ge=1, le=1440)] = 15
    appointment_min: Annotated[int, Field(ge=10, le=240)] = 30


class ParkingRules(ApiModel):
    """The slots in which calls are parked, by number, and how long one may stay there."""

    first_slot: Annotated[int, Field(ge=1, le=99_999)] = 701
    last_slot: Annotated[int, Field(ge=1, le=99_999)] = 720
    timeout_s: Annotated[int, Field(ge=10, le=3_600)] = 120

    @model_validator(mode="after")
    def _some(self) -> Self:
        if not 0 <= self.last_slot - self.first_slot < MOST_SLOTS:
            raise ValueError(f"one to {MOST_SLOTS} slots")
        return self


class SettingsIn(ApiModel):
    """Everything that a tenant chooses, whole; what is left out and has no default stays.

    `listeners_shown`: agents are shown that a supervisor attends their call.
    """

    name: Annotated[str, StringConstraints(min_length=1, max_length=200, pattern=r"\S")]
    ticket_of_every_call: bool
    surveys: Surveys
    timezone: Zone | None = None
    promises: Promising | None = None
    listeners_shown: bool | None = None
    parking: ParkingRules | None = None

    def chosen(self, before: TenantSettings) -> TenantSettings:
        """The same as it is stored, in place of what was chosen before."""
        return TenantSettings(
            ticket_of_every_call=self.ticket_of_every_call,
            survey_min_talk_s=self.surveys.min_talk_s,
            survey_quiet_days=self.surveys.quiet_days,
            survey_respect_quiet_time=self.surveys.respect_quiet_time,
            timezone=self.timezone or before.timezone,
            promise_grace_min=(
                self.promises.missed_after_min if self.promises else before.promise_grace_min
            ),
            appointment_min=(
                self.promises.appointment_min if self.promises else before.appointment_min
            ),
            listeners_shown=(
                before.listeners_shown if self.listeners_shown is None else self.listeners_shown
            ),
            parking_first=self.parking.first_slot if self.parking else before.parking_first,
            parking_last=self.parking.last_slot if self.parking else before.parking_last,
            parking_timeout_s=self.parking.timeout_s if self.parking else before.parking_timeout_s,
        )


class SettingsOut(SettingsIn):
    """The settings of the tenant; `language` is what was chosen when it was made."""

    timezone: Zone
    promises: Promising
    listeners_shown: bool
    parking: ParkingRules
    language: str
    version: int

    @classmethod
    def of(cls, tenant: Tenant, chosen: TenantSettings, version: int) -> Self:
        """From what is stored."""
        return cls(
            name=tenant.name,
            timezone=chosen.timezone,
            language=tenant.language,
            ticket_of_every_call=chosen.ticket_of_every_call,
            listeners_shown=chosen.listeners_shown,
            parking=ParkingRules(
                first_slot=chosen.parking_first,
                last_slot=chosen.parking_last,
                timeout_s=chosen.parking_timeout_s,
            ),
            surveys=Surveys(
                min_talk_s=chosen.survey_min_talk_s,
                quiet_days=chosen.survey_quiet_days,
                respect_quiet_time=chosen.survey_respect_quiet_time,
            ),
            promises=Promising(
                missed_after_min=chosen.promise_grace_min, appointment_min=chosen.appointment_min
            ),
            version=version,
        )
