"""The wall: every queue at a glance, kept in memory and pushed, so that no table is polled."""
