"""Nothing of the trade: clock, ids, settings, errors, logging, paging."""
