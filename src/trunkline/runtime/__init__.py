"""The driver: cell loop, journal, timers, outbox, jobs."""
