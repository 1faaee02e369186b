"""What the mutants told, as a page."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping

from tests.mutants.results import Result

HEAD = """# What the tests notice

Mutation testing (`promises.md` B25): one thing of a module is changed at a time, a comparison, a
condition, a number, a word, an effect left out, and the tests that reach the line should fail. Made
by `make mutants`, on SQLite, module by module (`make mutants ARGS=core/codes.py` does one anew). By
each module stand the day of its run and the commit that had changed it last by then. What is
**open** below has no reason yet, or a test that is newer than the run: `make mutants ARGS=--left`
tries those again.
"""
Known = Mapping[str, Mapping[str, str]]


def report(results: Mapping[str, Result], plan: Collection[str], known: Known) -> str:
    """A table of the modules, then what was not noticed, with the reason why that is no gap."""
    run = [results[module] for module in plan if module in results]
    left = [f"`{module}`" for module in plan if module not in results]
    told = [f"\nNot run yet: {', '.join(left)}."] if left else []
    return "\n".join([HEAD, *_table(run), *told, "", *_left(run, known)]) + "\n"


def _table(results: list[Result]) -> Iterator[str]:
    yield "| Module | Changes | Noticed | Share | Run | Of commit |"
    yield "|---|---|---|---|---|---|"
    for each in results:
        share = _share(each.killed, each.all)
        yield (
            f"| `{each.module}` | {each.all} | {each.killed} | {share} | {each.day} |"
            f" {each.commit or 'not known'} |"
        )
    killed, every = sum(each.killed for each in results), sum(each.all for each in results)
    yield f"| all | {every} | {killed} | {_share(killed, every)} | | |"


def _share(killed: int, every: int) -> str:
    return f"{100 * killed / every:.1f} %" if every else "-"


def _left(results: list[Result], known: Known) -> Iterator[str]:
    yield "## Not noticed"
    for found in results:
        if not found.survivors:
            continue
        yield f"\n`{found.module}`\n"
        for each in found.survivors:
            reason = known.get(found.module, {}).get(each.name, "**open**")
            yield f"- {each.name}: {reason}"
