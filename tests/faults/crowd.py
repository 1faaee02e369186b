"""How many people there are, and in which groups."""

from __future__ import annotations

from adapters.sandbox import World

TELEGRAM_PEOPLE, SLACK_PEOPLE, GROUPS = 48, 40, 12
"""So many that nobody comes to the end of what is free in a minute or two: see `enough`. And so
many groups that each is told less than it may be, 15 times a minute: of 30 inputs a second 1.6
have a message in one of Telegram's groups as their answer, 8 a minute in each of twelve. With six,
what waits for its turn grew as long as a run went on."""


def people(
    telegram: int = TELEGRAM_PEOPLE, slack: int = SLACK_PEOPLE, groups: int = GROUPS
) -> World:
    """The crowd, with groups on both sides."""
    world = World.crowd(telegram, slack)
    for number in range(groups):
        users = [f"tg-p{1 + (number + groups * each) % telegram}" for each in range(4)]
        colleagues = [f"sl-p{1 + (number + groups * each) % slack}" for each in range(3)]
        world.add_chat("telegram", f"-100{number}", f"group {number}", users)
        world.add_chat("slack", f"C0GROUP{number}", f"channel-{number}", colleagues)
    return world


def enough(inputs: int) -> World:
    """The crowd for a run of so many inputs. Half of them add a task, and half of those are done:
    twelve added in each chat leave whoever has two far from the 50 that are free."""
    each = max(1, -(-inputs // 2 // 12 // (TELEGRAM_PEOPLE + SLACK_PEOPLE)))
    return people(each * TELEGRAM_PEOPLE, each * SLACK_PEOPLE, each * GROUPS)


def counted(world: World) -> dict[str, int]:
    """How many people there are of each platform, and `groups` of each."""
    found = {name: sum(f"{name}-p" == each[:4] for each in world.people) for name in ("tg", "sl")}
    return found | {"groups": sum(each.startswith("slack:C0GROUP") for each in world.chats)}
