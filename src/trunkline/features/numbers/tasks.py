"""Background work of numbers: the core sees 30 days of open hours, so each day adds one.

The work itself is to publish every tenant's policy afresh, which stands above the features.
"""

from __future__ import annotations

from typing import Final

REFRESH_HOURS: Final = "numbers.refresh_hours"
DAILY: Final = "17 3 * * *"
