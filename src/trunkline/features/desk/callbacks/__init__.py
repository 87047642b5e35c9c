"""Callbacks for people: listed, asked for, put off, cancelled; and who hung up while waiting."""
