"""Whatever is kept for a while only is dropped by the job that does it: a new part of the core that
has something to forget is not forgotten there."""

from __future__ import annotations

from pathlib import Path

import pytest
from talking import talking

from core.work import Work


def forgetful(work: Work) -> dict[str, type]:
    """The services of a transaction that can forget, by their names."""
    parts = {name: getattr(work, name, None) for name in dir(work) if not name.startswith("_")}
    return {name: type(each) for name, each in parts.items() if hasattr(each, "forget")}


async def test_all_that_can_forget_does(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    called: set[type] = set()

    def noting(kind: type) -> None:
        forget = kind.forget  # type: ignore[attr-defined]  # these have it

        def noted(self: object, *given: object) -> object:
            called.add(kind)
            return forget(self, *given)

        monkeypatch.setattr(kind, "forget", noted)

    async with talking(tmp_path) as talk:
        parts = await talk.store.query(forgetful)
        for kind in parts.values():
            noting(kind)
        assert called == set()
        await talk.jobs.forget()
    assert "drafts" in parts
    assert [name for name, kind in parts.items() if kind not in called] == []
