"""An automaton, run character by character, its states made as they turn up (subset construction)."""

from __future__ import annotations

from collections import defaultdict

from limner.pattern.parse import (
    ALWAYS,
    AT_END,
    AT_START,
    AT_WORD_EDGE,
    NOT_AT_WORD_EDGE,
    WORD,
    Automaton,
    RegexError,
)

MOST_STATES = 20_000
MATCHED, HOPELESS = 0, 1
"""The states in which the text matches, or does not, whatever follows."""

EDGE, IN_WORD, BESIDE = range(3)  # what stands on one side of a place: nothing, a character of words, another one


class Runner:
    """Runs an automaton as a search: a match may begin and end anywhere, where no anchor forbids it."""

    def __init__(self, automaton: Automaton) -> None:
        self._automaton = automaton
        self._numbers: dict[tuple[frozenset[int], int], int] = {}
        self._states: list[tuple[frozenset[int], int]] = [(frozenset(), EDGE)] * 2
        self._steps: dict[tuple[int, str], int] = {}
        self._tables: dict[tuple[int, int], dict[str, frozenset[int]] | None] = {}
        self._finals: dict[int, bool] = {MATCHED: True, HOPELESS: False}
        self._anchored = self._begins_at_the_start()
        self.start = self._number(frozenset(), EDGE)

    def step(self, state: int, text: str) -> int:
        """Give the state behind some more characters. Raises RegexError when there are too many states."""
        for char in text:
            if state <= HOPELESS:
                return state
            found = self._steps.get((state, char))
            if found is None:
                found = self._steps[state, char] = self._step(state, char)
            state = found
        return state

    def digits(self, state: int) -> list[tuple[int, int]]:
        """Give the digits that may follow in a state, each with the state behind it."""
        found = [(digit, self.step(state, str(digit))) for digit in range(10)]
        return [(digit, to) for digit, to in found if to != HOPELESS]

    def matches(self, state: int) -> bool:
        """Whether the text matches if it ends here."""
        found = self._finals.get(state)
        if found is None:
            found = self._finals[state] = self._closure(state, EDGE) is None
        return found

    def _number(self, states: frozenset[int], before: int) -> int:
        if self._anchored and not states and before != EDGE:
            return HOPELESS
        key = states, before
        number = self._numbers.get(key)
        if number is None:
            if len(self._states) > MOST_STATES:
                raise RegexError("the regular expression has too many states to be followed")
            number = self._numbers[key] = len(self._states)
            self._states.append(key)
        return number

    def _step(self, state: int, char: str) -> int:
        kind = IN_WORD if char in WORD else BESIDE
        if (state, kind) not in self._tables:
            self._tables[state, kind] = self._table(state, kind)
        table = self._tables[state, kind]
        return MATCHED if table is None else self._number(table.get(char, frozenset()), kind)

    def _table(self, state: int, kind: int) -> dict[str, frozenset[int]] | None:
        """Give where each character leads; None: the end of the expression is reached before one."""
        reached = self._closure(state, kind)
        if reached is None:
            return None
        table: dict[str, set[int]] = defaultdict(set)
        for at in reached:
            for chars, to in self._automaton.steps[at]:
                for char in chars:
                    table[char].add(to)
        return {char: frozenset(states) for char, states in table.items()}

    def _begins_at_the_start(self) -> bool:
        """Whether no match can begin behind the first character, whatever stands there."""
        todo = [self._automaton.start]
        found = set(todo)
        while todo:
            at = todo.pop()
            if at == self._automaton.end or self._automaton.steps[at]:
                return False
            more = {to for what, to in self._automaton.jumps[at] if what != AT_START} - found
            found |= more
            todo += more
        return True

    def _closure(self, state: int, behind: int) -> set[int] | None:
        """Give all states that can be in without another character; None: the end of the expression is among them."""
        states, before = self._states[state]
        edge = (before == IN_WORD) != (behind == IN_WORD)
        holds = {ALWAYS: True, AT_START: before == EDGE, AT_END: behind == EDGE}
        holds |= {AT_WORD_EDGE: edge, NOT_AT_WORD_EDGE: not edge}
        todo = [*states, self._automaton.start]
        found = set(todo)
        while todo:
            at = todo.pop()
            if at == self._automaton.end:
                return None
            for what, to in self._automaton.jumps[at]:
                if holds[what] and to not in found:
                    found.add(to)
                    todo.append(to)
        return found
