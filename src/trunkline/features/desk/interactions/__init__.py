"""Interactions: the list, and one page that joins segments, offers, recording, survey, ticket."""
