"""What a customer is written before an appointment, in the customer's language. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo


@dataclass(frozen=True, slots=True)
class Reminder:
    """An appointment as its letter tells it: by whom, when (ms UTC), and which number is rung."""

    organisation: str
    at: int
    timezone: str
    number: str


_SUBJECT: Final = {
    "zh": "预约提醒:{when}",
    "en": "Reminder: your appointment on {when}",
    "ja": "ご予約のお知らせ:{when}",
    "ko": "예약 알림: {when}",
}
_TEXT: Final = {
    "zh": "您好:\n\n提醒您与{organisation}的预约时间为 {when}({timezone})。"
    "届时我们会致电 {number}。\n\n{organisation}\n",
    "en": "Good day,\n\nthis is a reminder of your appointment with {organisation} on {when} "
    "({timezone}). We will call you at {number}.\n\n{organisation}\n",
    "ja": "お客様\n\n{organisation}とのご予約は {when}({timezone})です。"
    "お時間になりましたら {number} にお電話いたします。\n\n{organisation}\n",
    "ko": "안녕하세요.\n\n{organisation} 예약 시간은 {when}({timezone})입니다. "
    "그때 {number}(으)로 전화드리겠습니다.\n\n{organisation}\n",
}


def written(reminder: Reminder, language: str) -> tuple[str, str]:
    """Subject and text; English where we do not write the language."""
    local = datetime.fromtimestamp(reminder.at / 1000, ZoneInfo(reminder.timezone))
    told = {
        "organisation": reminder.organisation,
        "when": local.strftime("%Y-%m-%d %H:%M"),
        "timezone": reminder.timezone,
        "number": reminder.number,
    }
    known = language if language in _TEXT else "en"
    return _SUBJECT[known].format(**told), _TEXT[known].format(**told)
