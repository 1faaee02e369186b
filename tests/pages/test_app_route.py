"""`POST /api/link`: what the operator's own app is answered, and where that leads."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta
from typing import Any

import jwt
import pytest

from tests.pages_kit import Signing, logins_of
from tests.service_kit import BEN, CLEO

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def ask(up: Signing, authorization: str | None, body: bytes = b"") -> tuple[int, Any, Any]:
    headers = {} if authorization is None else {"Authorization": authorization}
    async with up.client.post(f"{up.base}/api/link", headers=headers, data=body) as answer:
        return answer.status, await answer.json(), answer.headers


async def test_a_user_of_the_app_connects_telegram(up: Signing) -> None:
    token = up.town.sandbox.app.token("u-ben")
    status, answer, headers = await ask(up, f"Bearer {token}")
    assert status == 200
    assert headers["Cache-Control"] == "no-store"
    left = datetime.fromisoformat(answer["expires_at"]) - datetime.now(UTC)
    assert timedelta(minutes=9) < left <= timedelta(minutes=10)
    start = answer["telegram"].partition("?start=")
    assert start[0] == "https://t.me/fluxbot"
    assert start[2].startswith("l_")
    assert len(start[2]) == 14
    asked = await up.town.asks(BEN, f"/start {start[2]}", "account of Ben Okri?")
    await up.town.press(BEN, asked, "Yes, connect")
    await up.town.sees(BEN, "Connected")
    assert await logins_of(up, BEN) == ["Ben Okri"]


async def test_a_user_of_the_app_connects_slack(up: Signing) -> None:
    token = up.town.sandbox.app.token("u-cleo")
    _, answer, _ = await ask(up, f"bearer {token}")
    assert answer["slack"].startswith("/task link ")
    asked = await up.town.asks(CLEO, answer["slack"], "account of Cleo Laine?")
    await up.town.press(CLEO, asked, "Yes, connect")
    await up.town.sees(CLEO, "Connected")
    assert await logins_of(up, CLEO) == ["Cleo Laine"]


async def test_without_a_good_token_there_is_no_link(up: Signing) -> None:
    app = up.town.sandbox.app
    good = {"iss": app.issuer, "aud": app.audience, "sub": "x", "iat": int(time.time())}
    good["exp"] = good["iat"] + 60
    wrong = [
        jwt.encode({**good, **change}, app.key, "HS256")
        for change in ({"iss": "x"}, {"aud": "x"}, {"exp": 1}, {"sub": ""}, {"exp": 2**40})
    ]
    wrong += [jwt.encode(good, "y" * 40, "HS256"), jwt.encode(good, None, "none"), "x", "", "."]
    for token in (*(f"Bearer {each}" for each in wrong), "Basic x", "Bearer", None, "x" * 7000):
        status, answer, headers = await ask(up, token)
        assert (status, answer) == (401, {"error": "invalid_token"})
        assert headers["WWW-Authenticate"].startswith("Bearer")
    ok = jwt.encode(good, app.key, "HS256")
    assert (await ask(up, f"Bearer {ok}"))[0] == 200


async def test_what_is_sent_with_it_says_nothing_and_must_be_small(up: Signing) -> None:
    token = f"Bearer {up.town.sandbox.app.token('u-ada')}"
    assert (await ask(up, token, b'{"sub": "u-ben"}'))[0] == 200
    async with up.client.post(
        f"{up.base}/api/link", headers={"Authorization": token}, data=b"x" * 300_000
    ) as answer:
        assert answer.status == 413
