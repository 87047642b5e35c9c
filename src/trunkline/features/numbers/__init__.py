"""Numbers: what customers dial, the trunks they come by."""

from trunkline.features.numbers.api import router as _numbers
from trunkline.features.numbers.offenders_api import router as _offenders
from trunkline.features.numbers.schemas import NumberNew, NumberOut, Title, TrunkNew
from trunkline.features.numbers.service import (
    change_number,
    create_number,
    delete_number,
    flows,
    published,
)
from trunkline.features.numbers.store import TrunkRow, list_numbers, list_trunks
from trunkline.features.numbers.trunks import Trunks, links, trunks_of
from trunkline.features.numbers.trunks import create as create_trunk
from trunkline.features.numbers.trunks_api import TRUNKS_CHANGED
from trunkline.features.numbers.trunks_api import of_numbers as _of_numbers
from trunkline.features.numbers.trunks_api import router as _trunks

routers = (_numbers, _trunks, _of_numbers, _offenders)

__all__ = [
    "TRUNKS_CHANGED",
    "NumberNew",
    "NumberOut",
    "Title",
    "TrunkNew",
    "TrunkRow",
    "Trunks",
    "change_number",
    "create_number",
    "create_trunk",
    "delete_number",
    "flows",
    "links",
    "list_numbers",
    "list_trunks",
    "published",
    "routers",
    "trunks_of",
]
