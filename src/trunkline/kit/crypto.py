"""Keys and sealing: master key → tenant's keys → one data key a customer or recording.

The master key lies in a file of its own in the data directory; a tenant's keys are derived from
it (HKDF, RFC 5869) and stored nowhere. A data key is random and stored *wrapped* by its tenant's
key beside what it protects: whoever destroys the wrapped key has erased the data, backups of the
data included. Everything is AES-256-GCM; associated data ties a ciphertext to its place, so it
cannot be moved to another row or tenant.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import os
from functools import lru_cache
from typing import TYPE_CHECKING, Self

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from trunkline.kit.ids import random_bytes

if TYPE_CHECKING:
    from pathlib import Path

KEY_BYTES = 32
NONCE_BYTES = 12
_VERSION = b"\x01"
_TENANTS_REMEMBERED = 1024


class CannotOpen(Exception):
    """The ciphertext is damaged, or is not of this key or place."""


class KeyRing:
    """The keys of an installation."""

    def __init__(self, master: bytes) -> None:
        if len(master) != KEY_BYTES:
            raise ValueError(f"a master key has {KEY_BYTES} bytes")
        self._master = master
        self._derived = lru_cache(_TENANTS_REMEMBERED)(self._derive)

    @classmethod
    def from_file(cls, path: Path) -> Self:
        """The ring of a key file, which is made (mode 0600) when it is not there yet.

        Raises `PermissionError` when others may read it.
        """
        if not path.exists():
            _write_key_file(path, random_bytes(KEY_BYTES))
        if path.stat().st_mode & 0o077:
            raise PermissionError(f"others may read {path}: chmod 600 it")
        return cls(base64.b64decode(path.read_bytes()))

    def new_data_key(self, tenant_id: str) -> tuple[bytes, bytes]:
        """A random data key, and the same wrapped for storing."""
        plain = random_bytes(KEY_BYTES)
        wrapping = self._derived(tenant_id, "wrap")
        return plain, seal(wrapping, plain, _place(tenant_id))

    def unwrap(self, tenant_id: str, wrapped: bytes) -> bytes:
        """The data key of its wrapped form; raises `CannotOpen`."""
        return unseal(self._derived(tenant_id, "wrap"), wrapped, _place(tenant_id))

    def tenant_key(self, tenant_id: str, purpose: str) -> bytes:
        """A key of the tenant for one purpose, always the same; for what belongs to no customer."""
        return self._derived(tenant_id, f"purpose:{purpose}")

    def blind_index(self, tenant_id: str, text: str) -> str:
        """What a secret text is looked up by: equal texts give equal marks, within one tenant."""
        key = self._derived(tenant_id, "index")
        return base64.urlsafe_b64encode(hmac.digest(key, text.encode(), hashlib.sha256)).decode()

    def _derive(self, tenant_id: str, purpose: str) -> bytes:
        info = f"trunkline:{purpose}:{tenant_id}".encode()
        return HKDF(SHA256(), KEY_BYTES, salt=None, info=info).derive(self._master)


def seal(key: bytes, plain: bytes, associated: bytes = b"") -> bytes:
    """Encrypt a small value; `associated` must be given again to open it."""
    nonce = random_bytes(NONCE_BYTES)
    return _VERSION + nonce + AESGCM(key).encrypt(nonce, plain, associated)


def unseal(key: bytes, sealed: bytes, associated: bytes = b"") -> bytes:
    """Decrypt what `seal` made; raises `CannotOpen`."""
    if sealed[:1] != _VERSION:
        raise CannotOpen
    nonce, body = sealed[1 : 1 + NONCE_BYTES], sealed[1 + NONCE_BYTES :]
    try:
        return AESGCM(key).decrypt(nonce, body, associated)
    except (InvalidTag, ValueError) as error:
        raise CannotOpen from error


def _place(tenant_id: str) -> bytes:
    return b"data-key:" + tenant_id.encode()


def _write_key_file(path: Path, key: bytes) -> None:
    """Write whole or not at all: a torn key file would lose everything sealed by it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_suffix(".new")
    draft.unlink(missing_ok=True)
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(base64.b64encode(key))
        file.flush()
        os.fsync(file.fileno())
    draft.rename(path)
