"""Requirements: what an agent must have, as an administrator writes it.

    claims>=3 and (vip or lang=en) and not region=north
    lang=$language and $problem>=2

`name>=3` compares the level of a skill (1–5; who lacks it has 0) or the certified `tier`;
`name=value` asks for a tag, a language (`lang`), certification (`cert`), region or team; a bare
name for either, at any level. `not` binds closest, then `and`, then `or`. `$name` stands for the
interaction's own tag; where the interaction has none, nothing is asked. An empty text asks for
nothing. The text is parsed here and never run as code.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache

from trunkline.core.records import record

MAX_LENGTH = 500
MAX_DEPTH = 20
MAX_LEVEL = 5
KEPT = 4_096
"""Parsed texts that are remembered."""

ALIASES = {"language": "lang", "certification": "cert"}
COMPARISONS = (">=", "<=", ">", "<", "=", "!=")


class ExpressionError(ValueError):
    """A text that is no requirement: a code for programs, and where in the text (from 0)."""

    def __init__(self, code: str, position: int, detail: str) -> None:
        super().__init__(f"{detail} (at {position})")
        self.code = code
        self.position = position
        self.detail = detail


@record(frozen=True, slots=True)
class Has:
    """The skill at any level, or a tag of that name."""

    name: str


@record(frozen=True, slots=True)
class Level:
    """The level of a skill compares so; who lacks the skill has level 0."""

    name: str
    comparison: str
    level: int


@record(frozen=True, slots=True)
class Tag:
    """A tag with this value."""

    name: str
    value: str


@record(frozen=True, slots=True)
class Not:
    """The opposite."""

    part: Expression


@record(frozen=True, slots=True)
class Every:
    """All parts hold; without parts it always holds."""

    parts: tuple[Expression, ...] = ()


@record(frozen=True, slots=True)
class Either:
    """At least one part holds."""

    parts: tuple[Expression, ...]


Expression = Has | Level | Tag | Not | Every | Either
ANYBODY = Every()


@record(frozen=True, slots=True)
class Abilities:
    """What an agent has: levels by skill, and tags as pairs of name and value."""

    levels: Mapping[str, int]
    tags: frozenset[tuple[str, str]]


@lru_cache(maxsize=KEPT)
def parse(text: str) -> Expression:
    """The requirement that a text says; raises `ExpressionError`."""
    if len(text) > MAX_LENGTH:
        raise ExpressionError("too_long", MAX_LENGTH, f"More than {MAX_LENGTH} characters.")
    words = _Words(text)
    if words.kind == "end":
        return ANYBODY
    found = _either(words, 0)
    if words.kind != "end":
        raise ExpressionError("unexpected", words.position, f"“{words.text}” is not expected here.")
    return found


def bind(expression: Expression, tags: Mapping[str, str]) -> Expression:
    """The requirement for one interaction: its tags stand where `$name` stood."""
    bound = _bound(expression, tags)
    return ANYBODY if bound is None else bound


def holds(expression: Expression, abilities: Abilities) -> bool:
    """Whether somebody with these abilities meets the requirement."""
    match expression:
        case Has(name):
            return name in abilities.levels or any(tag == name for tag, _ in abilities.tags)
        case Level(name, comparison, level):
            return compares(abilities.levels.get(name, 0), comparison, level)
        case Tag(name, value):
            return (name, value) in abilities.tags
        case Not(part):
            return not holds(part, abilities)
        case Every(parts):
            return all(holds(part, abilities) for part in parts)
        case Either(parts):
            return any(holds(part, abilities) for part in parts)


def compares(have: int, comparison: str, level: int) -> bool:
    """Whether a level compares so with another."""
    match comparison:
        case ">=":
            return have >= level
        case "<=":
            return have <= level
        case ">":
            return have > level
        case "<":
            return have < level
        case "=":
            return have == level
        case _:
            return have != level


def skills_of(expression: Expression) -> frozenset[str]:
    """Names of the skills that the requirement asks for (not those it bars)."""
    match expression:
        case Has(name) | Level(name):
            return frozenset({name})
        case Every(parts) | Either(parts):
            return frozenset().union(*map(skills_of, parts))
        case _:
            return frozenset()


def variables(expression: Expression) -> frozenset[str]:
    """Names of the interaction's tags that the requirement looks at."""
    match expression:
        case Has(name) | Level(name):
            return frozenset({name[1:]}) if name.startswith("$") else frozenset()
        case Tag(name, value):
            return frozenset(word[1:] for word in (name, value) if word.startswith("$"))
        case Not(part):
            return variables(part)
        case Every(parts) | Either(parts):
            return frozenset().union(*map(variables, parts))


def _bound(expression: Expression, tags: Mapping[str, str]) -> Expression | None:
    """None where the interaction lacks what is spoken of: that part asks for nothing."""
    match expression:
        case Has(name):
            known = _value(name, tags)
            return Has(known) if known else None
        case Level(name, comparison, level):
            known = _value(name, tags)
            return Level(known, comparison, level) if known else None
        case Tag(name, value):
            known, wanted = _value(name, tags), _value(value, tags)
            return Tag(known, wanted) if known and wanted else None
        case Not(part):
            inner = _bound(part, tags)
            return Not(inner) if inner else None
        case Every(parts) | Either(parts):
            kept = tuple(one for one in (_bound(part, tags) for part in parts) if one is not None)
            return type(expression)(kept) if kept else None


def _value(word: str, tags: Mapping[str, str]) -> str | None:
    return tags.get(word[1:]) if word.startswith("$") else word


_WORD = re.compile(
    r"""\s*(?:(?P<comparison>>=|<=|!=|=|>|<)|(?P<open>\()|(?P<close>\))|"(?P<quoted>[^"]*)"
    |(?P<number>\d+)|(?P<name>\$?[^\W\d][\w.\-]*)|(?P<end>$))""",
    re.VERBOSE,
)


class _Words:
    """The text word by word; `kind`, `text` and `position` tell of the present one."""

    def __init__(self, text: str) -> None:
        self._source = text
        self._next = 0
        self.kind, self.text, self.position = "", "", 0
        self.step()

    def step(self) -> None:
        """Go on to the next word."""
        found = _WORD.match(self._source, self._next)
        if found is None or found.lastgroup is None:
            at = len(self._source) - len(self._source[self._next :].lstrip())
            raise ExpressionError("unreadable", at, f"“{self._source[at]}” cannot be read.")
        self.kind, self.text = found.lastgroup, found.group(found.lastgroup)
        self.position, self._next = found.start(found.lastgroup), found.end()
        if self.kind == "name" and self.text.lower() in ("and", "or", "not"):
            self.kind = self.text.lower()

    def take(self, kind: str) -> bool:
        """Step over a word of this kind, if it is there."""
        if self.kind != kind:
            return False
        self.step()
        return True


def _either(words: _Words, depth: int) -> Expression:
    parts = [_every(words, depth)]
    while words.take("or"):
        parts.append(_every(words, depth))
    return parts[0] if len(parts) == 1 else Either(tuple(parts))


def _every(words: _Words, depth: int) -> Expression:
    parts = [_single(words, depth)]
    while words.take("and"):
        parts.append(_single(words, depth))
    return parts[0] if len(parts) == 1 else Every(tuple(parts))


def _single(words: _Words, depth: int) -> Expression:
    if depth > MAX_DEPTH:
        raise ExpressionError("too_deep", words.position, f"Nested deeper than {MAX_DEPTH}.")
    opened = words.position
    if words.take("not"):
        return Not(_single(words, depth + 1))
    if words.take("open"):
        inside = _either(words, depth + 1)
        if not words.take("close"):
            raise ExpressionError("unclosed", opened, "This parenthesis is not closed.")
        return inside
    return _term(words)


def _term(words: _Words) -> Expression:
    if words.kind not in ("name", "quoted"):
        raise ExpressionError("name_expected", words.position, "A skill or tag is expected here.")
    name = ALIASES.get(words.text, words.text)
    words.step()
    if words.kind != "comparison":
        return Has(name)
    comparison = words.text
    words.step()
    if words.kind == "number":
        return Level(name, comparison, _level(words))
    if words.kind not in ("name", "quoted"):
        raise ExpressionError("value_expected", words.position, "A value is expected here.")
    if comparison not in ("=", "!="):
        raise ExpressionError("level_expected", words.position, "A level from 0 to 5 follows here.")
    value = words.text
    words.step()
    return Tag(name, value) if comparison == "=" else Not(Tag(name, value))


def _level(words: _Words) -> int:
    level = int(words.text)
    if level > MAX_LEVEL:
        raise ExpressionError("level_range", words.position, f"Levels go from 0 to {MAX_LEVEL}.")
    words.step()
    return level
