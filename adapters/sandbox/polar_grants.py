"""Benefits: granted while a subscription runs, taken when it ends."""

from __future__ import annotations

from adapters.sandbox.model import Json
from adapters.sandbox.polar_book import Book
from adapters.sandbox.polar_papers import benefit_grant


def grant(book: Book, subscription: Json) -> None:
    """All benefits of its product; those of an earlier product are taken."""
    wanted = {each["id"]: each for each in book.products[subscription["product_id"]]["benefits"]}
    take(book, subscription, keep=tuple(wanted))
    held = {each["benefit_id"] for each in _held(book, subscription)}
    for benefit in (each for id, each in wanted.items() if id not in held):
        made = benefit_grant(
            benefit,
            book.customers[subscription["customer_id"]],
            created_at=book.clock.text(),
            subscription_id=subscription["id"],
        )
        book.grants[made["id"]] = made
        book.tell(book.drawn_grant(made), "benefit_grant.created")
    book.tell_state(subscription["customer_id"])


def take(book: Book, subscription: Json, keep: tuple[str, ...] = ()) -> None:
    """Revoke what is granted and not among `keep`."""
    for made in _held(book, subscription):
        if made["benefit_id"] not in keep:
            made |= {"is_granted": False, "is_revoked": True}
            made["revoked_at"] = book.touch(made)
            book.tell(book.drawn_grant(made), "benefit_grant.revoked")


def cycle(book: Book, subscription: Json) -> None:
    """Another period of the same."""
    for made in _held(book, subscription):
        book.touch(made)
        book.tell(book.drawn_grant(made), "benefit_grant.cycled")


def _held(book: Book, subscription: Json) -> list[Json]:
    own = (each for each in book.grants.values() if each["subscription_id"] == subscription["id"])
    return [each for each in own if each["is_granted"]]
