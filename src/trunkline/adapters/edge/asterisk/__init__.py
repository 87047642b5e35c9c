"""Asterisk 20 or newer over ARI: its root, configuration, process, client and edge."""
