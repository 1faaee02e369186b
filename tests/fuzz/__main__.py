"""`python -m tests.fuzz TARGET`: let atheris look for input on which it breaks its word. What it
finds is written down, and the exit code is not 0. With `--weak` a defect is put in first, to see
that it is found."""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

import atheris

WATCHED = [
    "adapters.client_address", "adapters.edge", "adapters.oidc", "adapters.pages", "adapters.polar",
    "adapters.slack", "adapters.telegram", "bot.backup", "bot.clocks", "bot.conflicts",
    "bot.errand", "bot.grammar", "bot.logs", "bot.months", "bot.parser", "bot.quickadd",
    "bot.reading", "bot.recorded", "bot.restoring", "bot.sessions", "bot.settings", "bot.shapes",
    "bot.staff", "bot.unread", "core.codes", "core.letters", "core.signed", "core.tokens",
]  # fmt: skip
"""So that input which reaches something new in them is kept."""
OF_ARGPARSE = ("_parse_known_args", "_parse_optional", "_get_values", "_get_value")
"""Watched, too: it is imported before anything can be, and reads the words of our command line."""
MOST = 4096
"""Bytes of an input: more only takes longer."""


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz", description=__doc__)
    parser.add_argument("target")
    parser.add_argument("--seconds", type=int, default=20)
    parser.add_argument("--weak", action="store_true")
    parser.add_argument("--found", type=Path, default=Path(), help="the folder for what is found")
    parser.add_argument("--corpus", type=Path, help="a folder to go on from, and to add to")
    options = parser.parse_args()
    with atheris.instrument_imports(include=WATCHED, enable_loader_override=False):
        from tests.fuzz.outside import EVERY
        from tests.fuzz.seeds import SEEDS
        from tests.fuzz.words import dictionary
    for name in OF_ARGPARSE:
        watched = atheris.instrument_func(getattr(argparse.ArgumentParser, name))
        setattr(argparse.ArgumentParser, name, watched)
    if options.weak:
        from tests.fuzz.weaknesses import WEAKNESSES

        WEAKNESSES[options.target]()
    with tempfile.TemporaryDirectory(prefix="fuzz") as scratch:
        corpus = options.corpus or Path(scratch) / "corpus"
        plant(corpus, SEEDS[options.target]())
        words = Path(scratch) / "words"
        words.write_text(dictionary())
        arguments = [
            sys.argv[0],
            str(corpus),
            f"-max_total_time={options.seconds}",
            f"-max_len={MOST}",
            f"-dict={words}",
            f"-artifact_prefix={options.found}/",
            "-timeout=10",
            "-print_final_stats=1",
            "-verbosity=1",
        ]
        atheris.Setup(arguments, EVERY[options.target])
        atheris.Fuzz()


def plant(corpus: Path, seeds: Iterator[bytes]) -> None:
    """Write them down, each under the name of what it is."""
    corpus.mkdir(parents=True, exist_ok=True)
    for each in seeds:
        (corpus / sha256(each).hexdigest()[:20]).write_bytes(each)


if __name__ == "__main__":
    main()
