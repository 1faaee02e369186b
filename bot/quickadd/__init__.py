"""Quick add: what people type in one line, as a task (`product.md` 1.2). Pure: no database.

`TITLE !priority #list @person ~label WHEN every RULE remind OFFSET`. Signs are read anywhere as
whole words, what says when only at the beginning or the end, and nothing inside quotes.
"""

from bot.quickadd.lines import MOST, lines
from bot.quickadd.meant import Ambiguity, Can, Context, Order, Understood
from bot.quickadd.reading import length, repeating, understand, when
from bot.quickadd.resolving import When

__all__ = [
    "MOST",
    "Ambiguity",
    "Can",
    "Context",
    "Order",
    "Understood",
    "When",
    "length",
    "lines",
    "repeating",
    "understand",
    "when",
]
