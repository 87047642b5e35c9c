"""Voicemail: messages that customers left, for queues and for agents."""
