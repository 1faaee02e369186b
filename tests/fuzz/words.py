"""What a fuzzer hardly makes up by itself."""

from __future__ import annotations

TOKENS = (
    b"\\u0000", b"\\ud800", b"\\u202e", b"%00", b"%ED%A0%80", b"null", b"true", b"NaN", b"1e999",
    b"9999999999999999999999", b"-1", b"{}", b"[]", b'""', b'\\"', b"rev:", b"t:", b"#", b"~", b"!",
    b"@", b"_", b"```", b"<!channel>", b"<@U1|x>", b"&lt;", b"</b>", b"\n---\n", b"payload=", b"&",
    b"every ", b"remind ", b"due ", b"title:", b"\xff", b"\xed\xa0\x80", b"\xe2\x80\xae", b"31.2.",
)  # fmt: skip


def dictionary() -> str:
    """As libFuzzer reads it."""
    lines = ("".join(f"\\x{byte:02x}" for byte in each) for each in TOKENS)
    return "".join(f'"{each}"\n' for each in lines)
