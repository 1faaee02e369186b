"""Checkouts: made by the seller, confirmed by a buyer, who is found by their e-mail first."""

from __future__ import annotations

from typing import Any

from adapters.sandbox.model import Json
from adapters.sandbox.polar_book import BILLABLE, Book
from adapters.sandbox.polar_errors import already_active, expired_checkout, invalid, not_open
from adapters.sandbox.polar_grants import grant
from adapters.sandbox.polar_objects import customer
from adapters.sandbox.polar_papers import checkout
from adapters.sandbox.polar_payments import bill, pay
from adapters.sandbox.polar_subscriptions import start
from adapters.sandbox.polar_time import iso, later

KEPT = (
    *("external_customer_id", "customer_name", "customer_email", "customer_metadata", "metadata"),
    *("locale", "return_url", "embed_origin", "allow_discount_codes", "allow_trial"),
    *("subscription_id", "trial_interval", "trial_interval_count", "require_billing_address"),
    *("is_business_customer", "customer_ip_address"),
)
"""What is taken from a request as it is."""


def create(book: Book, given: Json, page: str) -> Json:
    """`page` is what its address begins with. Raises 422."""
    offered = [_offered(book, at, each) for at, each in enumerate(given.get("products") or [])]
    if not offered:
        raise invalid(("products",), "At least one product is required.", given.get("products"))
    known = {name: given[name] for name in KEPT if given.get(name) is not None}
    made = checkout(products=offered, created_at=book.clock.text(), **known)
    made["url"] = f"{page}/{made['client_secret']}"
    for name in ("success_url", "return_url"):
        if given.get(name) and not given[name].startswith(("https://", "http://")):
            raise invalid((name,), "Input should be a valid URL", given[name])
    success_url = given.get("success_url") or f"{made['url']}/confirmation"
    made["success_url"] = success_url.replace("{CHECKOUT_ID}", made["id"])
    _check_upgrade(book, made)
    _bind(book, made, given.get("customer_id"))
    pick(book, made, made["product_id"])
    book.checkouts[made["id"]] = made
    book.tell(made, "checkout.created")
    return made


def _offered(book: Book, at: int, id: str) -> Json:
    product = book.products.get(id)
    if product is None:
        raise invalid(("products", at), "Product does not exist.", id)
    if product["is_archived"]:
        raise invalid(("products", at), "Product is archived.", id)
    return product


def _check_upgrade(book: Book, made: Json) -> None:
    """Only a subscription that costs nothing can be paid for by a checkout."""
    if id := made["subscription_id"]:
        old = book.subscriptions.get(id)
        if old is None:
            raise invalid(("subscription_id",), "Subscription does not exist.", id)
        if old["amount"] > 0:
            raise invalid(("subscription_id",), "Only free subscriptions can be upgraded.", id)


def _bind(book: Book, made: Json, customer_id: str | None) -> None:
    """To a customer who is known already; then their e-mail is not asked for."""
    who = book.customers.get(customer_id) if customer_id else None
    if customer_id and (who is None or who["deleted_at"]):
        raise invalid(("customer_id",), "Customer does not exist.", customer_id)
    if who is None and made["external_customer_id"]:
        who = book.by_external(made["external_customer_id"])
    if who is not None:
        made |= {"customer_id": who["id"], "customer_email": who["email"]}
        made |= {"customer_name": who["name"], "external_customer_id": who["external_id"]}


def pick(book: Book, made: Json, product_id: str) -> None:
    """One of its products, with what it costs and the trial that it begins with. Raises 422."""
    picked = next((each for each in made["products"] if each["id"] == product_id), None)
    if picked is None:
        raise invalid(("product_id",), "Product is not available in this checkout.", product_id)
    amount = sum(each["price_amount"] for each in picked["prices"])
    trial = _trial(made, picked)
    made |= dict.fromkeys(("amount", "net_amount", "total_amount"), amount)
    made |= {"product": picked, "product_id": picked["id"], "product_price": picked["prices"][0]}
    made |= {"product_price_id": picked["prices"][0]["id"], "is_free_product_price": amount == 0}
    made |= {"active_trial_interval": trial[0], "active_trial_interval_count": trial[1]}
    made["trial_end"] = iso(later(book.clock.now(), *trial)) if trial[0] else None
    made["is_payment_required"] = amount > 0 and not trial[0]


def _trial(made: Json, picked: Json) -> tuple[Any, Any]:
    if not made["allow_trial"] or not picked["recurring_interval"]:
        return None, None
    for source in (made, picked):
        if source["trial_interval"] and source["trial_interval_count"]:
            return source["trial_interval"], source["trial_interval_count"]
    return None, None


def identify(book: Book, made: Json, email: str, name: str | None = None) -> None:
    """Who buys, as Polar finds it: the customer who is bound to it; else whoever has the e-mail,
    who then does not get the external id; else a new one, with it.

    Raises 410 or 403 for a checkout that is over, 422 for no e-mail or for an external id that is
    somebody else's, 403 for whoever has a subscription already."""
    if made["status"] == "expired":
        raise expired_checkout()
    if made["status"] not in ("open", "confirmed"):
        raise not_open()
    who = book.customers.get(made["customer_id"] or "") or _by_email(book, made, email)
    if who is not None:
        _check_only_one(book, made, who)
    else:
        who = _new(book, made, email, name)
    made |= {"customer_id": who["id"], "customer_email": who["email"]}
    made["customer_name"] = name or who["name"]


def _by_email(book: Book, made: Json, email: str) -> Json | None:
    if "@" not in email:
        raise invalid(("customer_email",), "An email address must have an @-sign.", email)
    who = book.by_email(email)
    external_id = made["external_customer_id"]
    if who is None and external_id and book.by_external(external_id):
        words = "Customer external ID does not match the customer with this email."
        raise invalid(("customer_email",), words, email)
    return who


def _new(book: Book, made: Json, email: str, name: str | None) -> Json:
    who = customer(
        created_at=book.clock.text(),
        email=email,
        name=name,
        external_id=made["external_customer_id"],
        metadata=dict(made["customer_metadata"]),
        locale=made["locale"],
    )
    book.customers[who["id"]] = who
    book.tell(who, "customer.created")
    return who


def _check_only_one(book: Book, made: Json, who: Json) -> None:
    if book.several or made["subscription_id"] or not made["product"]["is_recurring"]:
        return
    if book.of_customer(who["id"], *BILLABLE):
        raise already_active()


def mark(book: Book, made: Json, status: str, *kinds: str) -> None:
    """Give it a status and tell it."""
    made["status"] = status
    book.touch(made)
    book.tell(made, *(kinds or ("checkout.updated",)))


def expire(book: Book, made: Json) -> None:
    mark(book, made, "expired", "checkout.updated", "checkout.expired")


def succeed(book: Book, made: Json) -> Json:
    """The money is there: begins the subscription, or settles the order, which is returned."""
    mark(book, made, "succeeded")
    if made["subscription_id"]:
        return _upgraded(book, made)
    if made["product"]["is_recurring"]:
        return start(book, made)
    order = bill(book, made, "purchase", made["total_amount"])
    pay(book, order, "updated", "paid")
    book.tell_state(made["customer_id"])
    return order


def _upgraded(book: Book, made: Json) -> Json:
    sub = book.subscription(made["subscription_id"])
    sub |= {"product_id": made["product_id"], "amount": made["amount"]}
    sub["metadata"] = sub["metadata"] | made["metadata"]
    book.touch(sub)
    book.tell_subscription(sub, "updated")
    pay(book, bill(book, sub, "subscription_update", made["amount"]), "updated", "paid")
    grant(book, sub)
    return sub
