"""What Polar sells, as it told us last."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import orjson
from sqlalchemy import Row, bindparam, or_, select, update

from core import schema
from core.billing_facts import Price, Product
from core.sql import upsert

if TYPE_CHECKING:
    from core.work import Work

_p = schema.product.c
_COLUMNS = [each.name for each in schema.product.c]
_VERSION: Any = bindparam("version", type_=schema.UtcTime)
# Without a time it is the oldest; of two of the same time the later one is kept.
_KEEP = upsert(
    schema.product,
    ("id",),
    lambda new: {name: new[name] for name in _COLUMNS},
    where=or_(_p.modified_at.is_(None), _p.modified_at <= _VERSION),
    returning=("id",),
)
_ALL = select(schema.product).order_by(_p.name, _p.id)
_ONE = select(schema.product).where(_p.id == bindparam("product"))
_ARCHIVE = (
    update(schema.product)
    .where(_p.archived.is_(False), _p.id.not_in(bindparam("there", expanding=True)))
    .values(archived=True)
    .returning(_p.id)
)


class Products:
    """Products, in one transaction."""

    def __init__(self, work: Work) -> None:
        self._work = work

    def seen(self, product: Product) -> bool:
        """Keep what Polar says of a product; False where something newer is known."""
        values = {
            "id": product.id,
            "name": product.name[:128],
            "description": product.description,
            "interval": product.interval,
            "interval_count": product.interval_count,
            "prices": orjson.dumps(product.prices).decode(),
            "trial_interval": product.trial_interval,
            "trial_count": product.trial_count,
            "archived": product.archived,
            "modified_at": product.modified_at,
            "version": product.modified_at,
        }
        return self._work.run(_KEEP, values).first() is not None

    def sync(self, products: Sequence[Product], *, whole: bool = True) -> int:
        """Keep all that there are; what is missing counts as archived, unless these are not the
        `whole` of what is sold. How many were that."""
        for each in products:
            self.seen(each)
        if not whole:
            return 0
        there = {"there": [each.id for each in products]}
        return len(self._work.run(_ARCHIVE, there).all())

    def all(self) -> list[Product]:
        """Archived ones too, by name."""
        return [_read(row) for row in self._work.run(_ALL)]

    def find(self, product_id: str) -> Product | None:
        row = self._work.run(_ONE, {"product": product_id}).first()
        return _read(row) if row is not None else None


def _read(row: Row[Any]) -> Product:
    return Product(
        row.id,
        row.name,
        row.description,
        row.interval,
        row.interval_count,
        tuple(Price(**each) for each in orjson.loads(row.prices)),
        row.archived,
        row.trial_interval,
        row.trial_count,
        row.modified_at,
    )
