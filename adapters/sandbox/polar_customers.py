"""Customers: made, changed, deleted, and let into the portal."""

from __future__ import annotations

import hashlib

from adapters.sandbox.model import Json
from adapters.sandbox.polar_book import BILLABLE, Book
from adapters.sandbox.polar_errors import invalid
from adapters.sandbox.polar_objects import customer
from adapters.sandbox.polar_papers import customer_session
from adapters.sandbox.polar_subscriptions import end

MAY_BE_GIVEN = ("email", "external_id", "name", "metadata", "billing_address", "locale")


def create(book: Book, given: Json) -> Json:
    """Raises 422 for an e-mail or an external id that is taken."""
    email, external_id = given.get("email"), given.get("external_id")
    if not email or "@" not in email:
        raise invalid(("email",), "An email address must have an @-sign.", email)
    _free(book, given)
    if external_id and book.by_external(external_id):
        words = "A customer with this external ID already exists."
        raise invalid(("external_id",), words, external_id)
    known = {name: given[name] for name in MAY_BE_GIVEN if given.get(name) is not None}
    made = customer(created_at=book.clock.text(), **known)
    book.customers[made["id"]] = made
    book.tell(made, "customer.created")
    return made


def update(book: Book, who: Json, given: Json) -> Json:
    """Raises 422 for a taken e-mail, and for another external id: it can be set once only."""
    external_id = given.get("external_id", who["external_id"])
    if who["external_id"] not in (None, external_id):
        raise invalid(("external_id",), "Customer external ID cannot be updated.", external_id)
    if given.get("email") and given["email"].lower() != who["email"].lower():
        _free(book, given)
    who |= {name: given[name] for name in MAY_BE_GIVEN if name in given and given[name] is not None}
    book.touch(who)
    book.tell(who, "customer.updated")
    book.tell_state(who["id"])
    return who


def delete(book: Book, who: Json, *, anonymize: bool) -> None:
    """Their subscriptions end at once; `anonymize` makes name and e-mail unreadable."""
    for each in book.of_customer(who["id"], *BILLABLE, "paused"):
        end(book, each)
    if anonymize:
        digest = hashlib.sha256(who["email"].encode()).hexdigest()
        who |= {"email": f"{digest}@redacted.example", "name": None, "billing_name": None}
    who["deleted_at"] = book.touch(who)
    book.tell(who, "customer.deleted")


def let_in(book: Book, given: Json, portal: str) -> Json:
    """A session in the portal, whose address begins with `portal`. Raises 422 for nobody."""
    name = "customer_id" if given.get("customer_id") else "external_customer_id"
    value = given.get(name) or ""
    who = book.customers.get(value) if name == "customer_id" else book.by_external(value)
    if who is None or who["deleted_at"]:
        raise invalid((name,), "Customer does not exist.", value)
    at = book.clock.text()
    made = customer_session(who, created_at=at, return_url=given.get("return_url"))
    made["customer_portal_url"] = f"{portal}?customer_session_token={made['token']}"
    book.sessions[made["token"]] = made
    return made


def _free(book: Book, given: Json) -> None:
    if book.by_email(given["email"]):
        words = "A customer with this email address already exists."
        raise invalid(("email",), words, given["email"])
