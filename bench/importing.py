"""`python -m bench.importing up …`: Trunkline that imports 100,000 customers when it is told to.

SIGUSR1 to its main process begins the import; how many rows are in stands in the file `imported`
of the data directory. The rows are real customers, each sealed with a key of its own, written in
portions by the same door as every large write (`runtime/bulk.py`).
"""

import asyncio
import signal
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from trunkline.app import node, serve
from trunkline.app.cli import app
from trunkline.features import customers, tenancy
from trunkline.ports.database import Tx
from trunkline.runtime.bulk import bulk

if TYPE_CHECKING:
    from pathlib import Path

ROWS = 100_000
IMPORTED = "imported"


class Importing(node.Node):
    """A node that can be told to import."""

    async def _begin(self) -> None:
        await super()._begin()
        loop = asyncio.get_running_loop()
        loop.add_signal_handler(signal.SIGUSR1, self._import)

    def _import(self) -> None:
        self._importing = asyncio.ensure_future(
            bulk(self.store.db, self._drafts(), self._write_portion)
        )

    def _drafts(self) -> Iterator[customers.Draft]:
        progress: Path = self.settings.data / IMPORTED
        for number in range(ROWS):
            if number % 100 == 0:
                progress.write_text(str(number))
            yield customers.Draft(f"Customer {number}", phones=(f"+86139{number:08d}",))
        progress.write_text(str(ROWS))

    def _write_portion(self, tx: Tx, drafts: Sequence[customers.Draft]) -> None:
        platform = self.platform
        tenant = tenancy.by_slug(tx, "demo")
        assert tenant is not None
        now = platform.clock.now_ms()
        on = tenancy.Writing(tx, platform.keys, platform.ids, tenant.tenant_id, now)
        for draft in drafts:
            customers.create(on, draft)


if __name__ == "__main__":
    serve.Node = Importing  # type: ignore[misc]
    app()
