"""The roster: agents with their queues, skills, devices and what they are at."""
