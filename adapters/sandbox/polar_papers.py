"""More of Polar's objects, complete: what surrounds a purchase. See `polar_objects`."""

from __future__ import annotations

import base64
import secrets
from datetime import timedelta
from typing import Any

from adapters.sandbox.model import Json
from adapters.sandbox.polar_objects import customer, product
from adapters.sandbox.polar_shape import CURRENCY, ORGANIZATION, born, made, nothing, without
from adapters.sandbox.polar_time import iso, parse

OF_STATE = (
    *("id", "created_at", "modified_at", "custom_field_data", "metadata", "status", "amount"),
    *("currency", "recurring_interval", "current_period_start", "current_period_end"),
    *("trial_start", "trial_end", "cancel_at_period_end", "canceled_at", "started_at", "ends_at"),
    *("product_id", "discount_id", "seats", "units", "meters"),
)
"""What a customer's state shows of a subscription."""
CHECKOUT_LIFE = timedelta(hours=24)
SESSION_LIFE = timedelta(hours=1)
"""Both: `server/polar/config.py` of Polar."""
NOT_OF_CHECKOUT = ("metadata", "is_deletable", "attached_custom_fields")
NOT_PUBLIC = ("metadata", "visibility", "properties", "visibility_configurable")
ADDRESS_FIELDS = dict.fromkeys(("state", "city", "postal_code", "line1", "line2"), "disabled")


def checkout(**changes: Any) -> Json:
    """An open one. `products` may be given whole; the first is picked."""
    fresh = born(changes)
    offered = [_offer(each) for each in changes.pop("products", None) or [product()]]
    picked = changes.pop("product", None) or offered[0]
    secret = changes.get("client_secret") or f"polar_c_{secrets.token_urlsafe(24)}"
    url = f"https://sandbox.polar.sh/checkout/{secret}"
    defaults = fresh | {
        **nothing("return_url embed_origin locale subscription_id external_customer_id seats"),
        **nothing("min_seats max_seats units min_units max_units discount discount_id trial_end"),
        **nothing("active_trial_interval active_trial_interval_count"),
        **nothing("trial_interval trial_interval_count"),
        **_of_buyer(),
        **_of_payment(picked),
        "status": "open",
        "client_secret": secret,
        "url": url,
        "expires_at": iso(parse(fresh["created_at"]) + CHECKOUT_LIFE),
        "success_url": f"{url}/confirmation",
        "allow_trial": True,
        "organization_id": ORGANIZATION,
        "allow_discount_codes": True,
        "is_discount_applicable": True,
        "metadata": {},
        "products": offered,
        "prices": {each["id"]: each["prices"] for each in offered},
        "attached_custom_fields": [],
        "custom_field_data": {},
    }
    return made(defaults, changes)


def _of_buyer() -> Json:
    return {
        **nothing("customer_id customer_name customer_email customer_ip_address customer_tax_id"),
        **nothing("customer_billing_name customer_billing_address"),
        "customer_metadata": {},
        "is_business_customer": False,
        "require_billing_address": False,
        "billing_address_fields": {"country": "required", **ADDRESS_FIELDS},
    }


def _of_payment(picked: Json) -> Json:
    amount = sum(each["price_amount"] for each in picked["prices"])
    return {
        **nothing("tax_amount tax_behavior payment_method_type"),
        **dict.fromkeys(("amount", "net_amount", "total_amount"), amount),
        "discount_amount": 0,
        "currency": CURRENCY,
        "product": picked,
        "product_id": picked["id"],
        "product_price": picked["prices"][0],
        "product_price_id": picked["prices"][0]["id"],
        "payment_processor": "stripe",
        "payment_processor_metadata": {},
        "is_free_product_price": amount == 0,
        "is_payment_required": amount > 0,
        "is_payment_setup_required": picked["recurring_interval"] is not None,
        "is_payment_form_required": True,
    }


def _offer(whole: Json) -> Json:
    shown = without(whole, NOT_OF_CHECKOUT)
    return shown | {"benefits": [without(each, NOT_PUBLIC) for each in shown["benefits"]]}


def refund(**changes: Any) -> Json:
    """One that succeeded."""
    defaults = born(changes) | {
        "metadata": {},
        "status": "succeeded",
        "reason": "customer_request",
        "amount": 900,
        "tax_amount": 0,
        "currency": CURRENCY,
        "organization_id": ORGANIZATION,
        "revoke_benefits": False,
        **nothing("order_id subscription_id customer_id dispute"),
    }
    return made(defaults, changes)


def benefit_grant(benefit: Json, buyer: Json, **changes: Any) -> Json:
    """One that is granted."""
    fresh = born(changes)
    defaults = fresh | {
        "granted_at": fresh["created_at"],
        "is_granted": True,
        "is_revoked": False,
        "customer_id": buyer["id"],
        "benefit_id": benefit["id"],
        "customer": buyer,
        "benefit": benefit,
        "properties": {},
        **nothing("revoked_at subscription_id order_id member_id error member"),
        "previous_properties": None,
    }
    return made(defaults, changes)


def customer_state(buyer: Json, subscriptions: list[Json], grants: list[Json]) -> Json:
    """A customer with what they have now."""
    return buyer | {
        "active_subscriptions": [{name: each[name] for name in OF_STATE} for each in subscriptions],
        "granted_benefits": [_granted(each) for each in grants],
        "active_meters": [],
    }


def _granted(grant: Json) -> Json:
    names = ("id", "created_at", "modified_at", "granted_at", "benefit_id", "properties")
    benefit = grant["benefit"]
    more = {"benefit_type": benefit["type"], "benefit_metadata": benefit["metadata"]}
    return {name: grant[name] for name in names} | more


def customer_session(buyer: Json | None = None, **changes: Any) -> Json:
    """An hour in the portal."""
    buyer, fresh = buyer or customer(), born(changes)
    defaults = fresh | {
        "token": f"polar_cst_{secrets.token_urlsafe(32)}",
        "expires_at": iso(parse(fresh["created_at"]) + SESSION_LIFE),
        "return_url": None,
        "customer_portal_url": "",
        "customer_id": buyer["id"],
        "customer": buyer,
    }
    return made(defaults, changes)


def endpoint(**changes: Any) -> Json:
    """A webhook endpoint; its secret as Polar made them since September 2026 unless given."""
    defaults = born(changes) | {
        "url": "",
        "name": None,
        "api_version": "2026-10",
        "format": "raw",
        "secret": new_secret(),
        "organization_id": ORGANIZATION,
        "events": [],
        "enabled": True,
        "uses_standard_webhook_signature": True,
    }
    return made(defaults, changes)


def new_secret() -> str:
    """As Polar makes them since September 2026: 24 random bytes in Base64."""
    return f"whsec_{base64.b64encode(secrets.token_bytes(24)).decode()}"
