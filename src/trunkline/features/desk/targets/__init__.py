"""Targets: to whom a call may go – colleagues as they stand now, and queues as they wait."""
