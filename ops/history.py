"""Looks through all that was ever committed for secrets: `make supply`.

Made-up ones, which tests and examples need, are known by a hash in `made_up.txt`, so that the list
is none of secrets itself. What is not on it is shown, and the run fails."""

from __future__ import annotations

import hashlib
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from detect_secrets import SecretsCollection
from detect_secrets.settings import default_settings

HERE = Path(__file__).parent
MADE_UP = HERE / "made_up.txt"
PATCHES = ["git", "log", "--all", "-p", "--no-color", "-U0", "--format=", "--", ".", ":!*.lock"]


def added() -> list[str]:
    """Every line that any commit added, once."""
    git = subprocess.run(PATCHES, cwd=HERE.parent, capture_output=True, check=True)  # noqa: S603  # ours
    lines = git.stdout.decode(errors="replace").splitlines()
    return sorted({line[1:] for line in lines if line.startswith("+")})


def found(lines: list[str]) -> Iterator[tuple[str, str, str]]:
    """Of each that looks like a secret: its hash, what kind it seems, and its line."""
    with tempfile.NamedTemporaryFile("w", suffix=".txt") as history, default_settings():
        history.write("\n".join(lines))
        history.flush()
        secrets = SecretsCollection()
        secrets.scan_file(history.name)
        for _, each in secrets:
            secret = (each.secret_value or "").encode()
            yield hashlib.sha256(secret).hexdigest(), each.type, lines[each.line_number - 1].strip()


def main() -> int:
    known = {each.split()[0] for each in MADE_UP.read_text().splitlines() if each}
    lines = added()
    seen = [*found(lines)]
    new = [each for each in seen if each[0] not in known]
    for name, kind, line in new:
        print(f"{name}  {kind}: {line}")
    print(f"{len(lines)} lines of history: {len(seen)} look like secrets, {len(new)} are unknown.")
    return bool(new)


if __name__ == "__main__":
    sys.exit(main())
