"""Ways to write to people: mail by SMTP, and the stand-in for tests. SMS has no adapter yet."""

from trunkline.adapters.messages.fake import FakeMessenger
from trunkline.adapters.messages.smtp import SmtpMessenger, open_smtp

__all__ = ["FakeMessenger", "SmtpMessenger", "open_smtp"]
