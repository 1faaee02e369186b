"""Whatever somebody else's answer breaks, it is refused: no exception of another kind gets out."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager

from core.errors import SignInError, SignInRefused
from core.tokens import BadToken

log = logging.getLogger(__name__)


@contextmanager
def refusing() -> Iterator[None]:
    """Let out `SignInError` alone. The log learns the kind of the others and not their text, which
    may hold a part of a token."""
    try:
        yield
    except SignInError:
        raise
    except BadToken as bad:
        raise SignInRefused(bad.reason) from None
    except Exception as problem:
        log.warning("an answer broke its check: %s", type(problem).__name__)
        raise SignInRefused("malformed") from None
