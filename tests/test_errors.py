"""The errors that users see."""

import inspect
import pickle

import pytest

from limner import errors
from limner.errors import LimnerError

KINDS = [kind for _, kind in inspect.getmembers(errors, inspect.isclass)]
MORE = {errors.NameTakenError: {"source": "photos", "origin": "jane.jpg"}}  # what a kind has beside message and hint


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_has_a_message_and_may_have_a_hint(kind):
    assert issubclass(kind, LimnerError)
    error = kind("what is wrong", hint="what to do", **MORE.get(kind, {}))
    assert (str(error), error.message, error.hint) == ("what is wrong", "what is wrong", "what to do")
    assert kind("what is wrong", **MORE.get(kind, {})).hint is None


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind not in MORE])
def test_an_error_crosses_from_a_worker_process_whole(kind):
    """Pictures are made in other processes: what a worker raises is pickled on its way."""
    error = pickle.loads(pickle.dumps(kind("what is wrong", hint="what to do")))
    assert type(error) is kind
    assert (error.message, error.hint) == ("what is wrong", "what to do")


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_says_when_it_is_raised(kind):
    assert kind.__doc__
