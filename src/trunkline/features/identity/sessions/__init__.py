"""Sessions: who is signed in, from log-in to log-out."""
