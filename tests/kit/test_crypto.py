"""Keys and sealed values."""

import os

import pytest

from trunkline.kit.crypto import CannotOpen, KeyRing, seal, unseal

RING = KeyRing(bytes(range(32)))
KEY = bytes(32)


def test_a_wrapped_data_key_opens_for_its_tenant_only() -> None:
    plain, wrapped = RING.new_data_key("one")

    assert RING.unwrap("one", wrapped) == plain
    assert plain not in wrapped
    with pytest.raises(CannotOpen):
        RING.unwrap("two", wrapped)


def test_data_keys_and_sealed_values_are_never_alike() -> None:
    assert RING.new_data_key("one") != RING.new_data_key("one")
    assert seal(KEY, b"x") != seal(KEY, b"x")


def test_a_sealed_value_opens_only_whole_and_in_its_place() -> None:
    sealed = seal(KEY, "王小明".encode(), b"customers:7:name")

    assert unseal(KEY, sealed, b"customers:7:name").decode() == "王小明"
    spoilt = [sealed[:-1], sealed[:5], b"", b"\x02" + sealed[1:], sealed[:-1] + b"?"]
    for bad in spoilt:
        with pytest.raises(CannotOpen):
            unseal(KEY, bad, b"customers:7:name")
    with pytest.raises(CannotOpen):
        unseal(KEY, sealed, b"customers:8:name")


def test_a_number_is_found_by_a_mark_that_differs_between_tenants() -> None:
    mark = RING.blind_index("one", "+8613800000001")

    assert mark == RING.blind_index("one", "+8613800000001")
    assert mark != RING.blind_index("two", "+8613800000001")
    assert mark != RING.blind_index("one", "+8613800000002")


def test_keys_of_other_purposes_differ() -> None:
    keys = {RING.tenant_key(t, p) for t in ("one", "two") for p in ("audit", "device")}
    assert len(keys) == 4


def test_the_key_file_is_made_once_for_its_owner_only(tmp_path) -> None:
    path = tmp_path / "data" / "master.key"
    wrapped = KeyRing.from_file(path).new_data_key("one")[1]

    assert path.stat().st_mode & 0o777 == 0o600
    assert len(KeyRing.from_file(path).unwrap("one", wrapped)) == 32
    assert os.listdir(path.parent) == ["master.key"]


def test_a_key_file_that_others_can_read_is_refused(tmp_path) -> None:
    KeyRing.from_file(tmp_path / "master.key")
    (tmp_path / "master.key").chmod(0o640)
    with pytest.raises(PermissionError, match="chmod 600"):
        KeyRing.from_file(tmp_path / "master.key")
