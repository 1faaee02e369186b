"""Stand-ins for Telegram, Slack and Polar on loopback, that hurt where these hurt."""

from adapters.sandbox.model import Json, Message, Shown
from adapters.sandbox.sandbox import PREFIX, Sandbox, serve
from adapters.sandbox.served import Served
from adapters.sandbox.world import World

__all__ = ["PREFIX", "Json", "Message", "Sandbox", "Served", "Shown", "World", "serve"]
