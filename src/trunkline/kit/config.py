"""Settings: from arguments, then `TRUNKLINE_…`, then `trunkline.toml`, then defaults."""

from __future__ import annotations

import ipaddress
import re
from pathlib import Path
from typing import Any, Literal, Self
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, field_validator, model_validator
from pydantic_settings import (
    BaseSettings,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    TomlConfigSettingsSource,
)


class Settings(BaseSettings):
    """Everything that an installation can choose; immutable once read."""

    model_config = SettingsConfigDict(
        env_prefix="TRUNKLINE_", toml_file="trunkline.toml", extra="ignore", frozen=True
    )

    data: Path = Field(Path("data"), description="directory of everything that is kept")
    http: str = Field("127.0.0.1:8080", description="HOST:PORT of pages, API and stream")
    sip: str = Field("127.0.0.1:5060", description="HOST:PORT of SIP over UDP and TCP")
    rtp_ports: str = Field("20000-20999", description="LOW-HIGH of the ports for media")
    database: str | None = Field(None, description="URL; by default SQLite in the data directory")
    blobs: str | None = Field(None, description="URL of the object store; by default in the data")
    telephony: Literal["auto", "asterisk", "embedded"] = "auto"
    asterisk_root: Path | None = Field(None, description="private root of an installed Asterisk")
    kamailio_root: Path | None = Field(None, description="private root of an installed Kamailio")
    media_nodes: int = Field(1, ge=1, le=8, description="Asterisk nodes; two or more: by Kamailio")
    tls_cert: Path | None = None
    tls_key: Path | None = None
    behind_proxy: bool = Field(False, description="a proxy before us ends TLS")
    demo: bool = Field(False, description="keep a demo tenant; on loopback only")
    demo_password: SecretStr = SecretStr("trunkline-demo")
    smtp: SecretStr | None = Field(None, description="smtp:// or smtps:// URL of the mail server")
    mail_from: str | None = Field(None, description="mailbox that mail is sent from")
    log_level: Literal["debug", "info", "warning", "error"] = "info"
    log_format: Literal["auto", "json", "console"] = "auto"
    log_personal: bool = Field(False, description="also log fields that hold personal data")

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,  # noqa: ARG003 - pydantic names it
        file_secret_settings: PydanticBaseSettingsSource,  # noqa: ARG003
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Arguments before environment before file."""
        return init_settings, env_settings, TomlConfigSettingsSource(settings_cls)

    @field_validator("http", "sip")
    @classmethod
    def _is_address(cls, text: str) -> str:
        split_address(text)
        return text

    @field_validator("rtp_ports")
    @classmethod
    def _is_range(cls, text: str) -> str:
        split_ports(text)
        return text

    @field_validator("smtp")
    @classmethod
    def _is_mail_server(cls, url: SecretStr | None) -> SecretStr | None:
        parts = urlsplit(url.get_secret_value()) if url else None
        if parts and not (parts.scheme in ("smtp", "smtps") and parts.hostname):
            raise ValueError("the mail server is smtp://[USER:PASSWORD@]HOST[:PORT], or smtps://")
        return url

    @field_validator("mail_from")
    @classmethod
    def _is_mailbox(cls, text: str | None) -> str | None:
        if text is not None and not is_mailbox(text):
            raise ValueError(f"{text!r} is not a mailbox")
        return text

    @model_validator(mode="after")
    def _is_safe(self) -> Self:
        if (self.tls_cert is None) != (self.tls_key is None):
            raise ValueError("tls_cert and tls_key are given together")
        if (self.smtp is None) != (self.mail_from is None):
            raise ValueError("smtp and mail_from are given together")
        if self.media_nodes > 1 and self.telephony == "embedded":
            raise ValueError("several media nodes are Asterisk's: not with telephony embedded")
        if self.media_nodes > 1 and self.sip_host in ("0.0.0.0", "::"):  # noqa: S104 - refused
            raise ValueError(
                "several media nodes want one address: --sip with a host's own address"
            )
        if self.demo and not (is_loopback(self.http_host) and is_loopback(self.sip_host)):
            raise ValueError("the demo listens on loopback only: its passwords are public")
        if not (is_loopback(self.http_host) or self.tls_cert or self.behind_proxy):
            raise ValueError(
                "http beyond loopback needs --tls-cert and --tls-key, or --behind-proxy: "
                "browsers give no microphone to a page without TLS"
            )
        return self

    @property
    def http_host(self) -> str:
        """Host that pages and API are served on."""
        return split_address(self.http)[0]

    @property
    def http_port(self) -> int:
        """Port that pages and API are served on."""
        return split_address(self.http)[1]

    @property
    def sip_host(self) -> str:
        """Host that SIP is taken on."""
        return split_address(self.sip)[0]

    @property
    def sip_port(self) -> int:
        """Port that SIP is taken on."""
        return split_address(self.sip)[1]

    @property
    def rtp_range(self) -> tuple[int, int]:
        """First and last port for media."""
        return split_ports(self.rtp_ports)

    @property
    def database_url(self) -> str:
        """URL of the relational store."""
        return self.database or f"sqlite:///{self.data.absolute() / 'trunkline.db'}"

    @property
    def blobs_url(self) -> str:
        """URL of the object store."""
        return self.blobs or (self.data.absolute() / "blobs").as_uri()


def load_settings(**given: Any) -> Settings:
    """Settings with these arguments; None means: not given."""
    return Settings(**{name: value for name, value in given.items() if value is not None})


def split_address(text: str) -> tuple[str, int]:
    """Host and port of `HOST:PORT` or `[V6]:PORT`; raises `ValueError`."""
    host, colon, port = text.rpartition(":")
    if not (host and colon and port.isascii() and port.isdigit() and int(port) < 65536):
        raise ValueError(f"{text!r} is not HOST:PORT")
    return host.strip("[]"), int(port)


def split_ports(text: str) -> tuple[int, int]:
    """First and last of `LOW-HIGH`; raises `ValueError`."""
    low, _, high = text.partition("-")
    if not (low.isdecimal() and high.isdecimal() and 1024 <= int(low) < int(high) < 65536):
        raise ValueError(f"{text!r} is not LOW-HIGH, within 1024 and 65535")
    return int(low), int(high)


def is_mailbox(text: str) -> bool:
    """Whether this is a mailbox as people write it; ASCII, of at most 254 characters."""
    return len(text) <= 254 and _MAILBOX.fullmatch(text) is not None


_MAILBOX = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+")


def is_loopback(host: str) -> bool:
    """Whether a host name or address reaches only this machine."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
