"""Run seeds: `python -m tests.simulation --seeds 0:10000 --jobs 2`."""

from __future__ import annotations

from tests.simulation import nature, small

nature.take_over()  # before anything asks for the time
small.begin()  # before anything asks what plans there are

from tests.simulation.cli import main  # noqa: E402  # it imports all the rest

if __name__ == "__main__":
    main()
