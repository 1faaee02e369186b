"""Who is an administrator of a group."""

from __future__ import annotations

from telegram.constants import ChatMemberStatus
from telegram.error import TelegramError

from adapters.telegram.faults import delivery_error
from adapters.telegram.http import Client
from core.addresses import Address

_RULES = frozenset({ChatMemberStatus.OWNER, ChatMemberStatus.ADMINISTRATOR})


async def is_ruler(client: Client, address: Address, user_id: str) -> bool:
    """Whether somebody is one there now. Raises DeliveryError."""
    try:
        member = await client.get_chat_member(address.chat, int(user_id))
    except TelegramError as error:
        raise delivery_error(error, address) from None
    return member.status in _RULES
