"""Queues and offers: who waits, who may serve, who is offered what and why."""
