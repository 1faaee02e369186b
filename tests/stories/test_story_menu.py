"""The menu of commands that Telegram shows: by the kind of chat, in the language of the app."""

from __future__ import annotations

import pytest

from adapters.sandbox.page_state import menu
from bot.language import ENGLISH, LANGUAGES
from tests.service_kit import Town
from tests.stories.cast import newcomer

pytestmark = pytest.mark.asyncio(loop_scope="module")
SCOPES = ("all_private_chats", "all_group_chats", "all_chat_administrators")
SHOWN = {
    "all_private_chats": {"add", "list", "find", "undo", "digest", "settings", "link", "plan"},
    "all_group_chats": {"add", "list", "done", "help"},
    "all_chat_administrators": {"add", "list", "done", "help", "settings"},
}


async def test_each_kind_of_chat_has_its_commands(town: Town) -> None:
    await newcomer(town, "telegram").does("start", "Hello")
    for scope, names in SHOWN.items():
        shown = [each["command"] for each in town.sandbox.world.menu[f"{scope}/"]]
        assert names <= set(shown)
        assert shown[0] == "add"
        assert shown[-1] == "help"
    assert len(town.sandbox.world.menu["all_group_chats/"]) < 7


@pytest.mark.parametrize("language", sorted(set(LANGUAGES) - {ENGLISH}))
async def test_each_language_has_its_words(town: Town, language: str) -> None:
    await newcomer(town, "telegram").does("start", "Hello")
    menus = town.sandbox.world.menu
    for scope in SCOPES:
        plain, theirs = menus[f"{scope}/"], menus[f"{scope}/{language}"]
        assert [each["command"] for each in theirs] == [each["command"] for each in plain]
        assert all(
            one["description"] != other["description"]
            for one, other in zip(plain, theirs, strict=True)
        )


async def test_an_app_shows_the_menu_of_its_language_or_else_the_english_one(town: Town) -> None:
    world = town.sandbox.world
    ada = newcomer(town, "telegram", "Ada")
    await ada.does("start", "Hello")
    said = {}
    for language in ("en", "de", "fr"):
        world.people[ada.id].language = language
        said[language] = menu(world, ada.chat, ada.id)[0]["description"]
    assert said["en"] == said["fr"] != said["de"]
