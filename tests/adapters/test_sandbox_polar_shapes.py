"""The stand-in's objects are complete, and its signatures are those that polar-sdk checks."""

from __future__ import annotations

import base64
import dataclasses
import itertools
import json
import time
from typing import Any

import pytest
from polar.base import deserialize
from polar.v2026_10 import outputs, webhooks
from polar.webhooks import PolarWebhookVerificationError, _verify_signature

from adapters.sandbox import polar_objects as objects
from adapters.sandbox import polar_papers as papers
from adapters.sandbox.polar_signing import STANDARD, WHOLE, event, signed

BENEFIT = objects.benefit()
PRODUCT = objects.product(benefits=[BENEFIT])
BUYER = objects.customer(external_id="acct-1")
SUBSCRIPTION = objects.subscription(
    customer=BUYER, product=PRODUCT, pending_update=objects.pending_update()
)
ORDER = objects.order(customer=BUYER, product=PRODUCT, subscription=SUBSCRIPTION)
CHECKOUT = papers.checkout(products=[PRODUCT])
GRANT = papers.benefit_grant(BENEFIT, BUYER)
SECRET = papers.new_secret()


@pytest.mark.parametrize(
    ("made", "kind"),
    [
        (PRODUCT, outputs.Product),
        (PRODUCT["prices"][0], outputs.ProductPriceFixed),
        (BENEFIT, outputs.BenefitCustom),
        (BUYER, outputs.CustomerIndividual),
        (SUBSCRIPTION, outputs.Subscription),
        (SUBSCRIPTION["pending_update"], outputs.PendingSubscriptionUpdate),
        (ORDER, outputs.Order),
        (ORDER["subscription"], outputs.OrderSubscription),
        (ORDER["product"], outputs.OrderProduct),
        (CHECKOUT, outputs.Checkout),
        (CHECKOUT["product"], outputs.CheckoutProduct),
        (papers.refund(order_id="o", customer_id="c"), outputs.Refund),
        (GRANT, outputs.BenefitGrantCustomWebhook),
        (papers.customer_state(BUYER, [], [GRANT]), outputs.CustomerStateIndividual),
        (papers.customer_session(BUYER), outputs.CustomerSession),
        (papers.endpoint(), outputs.WebhookEndpoint),
    ],
    ids=lambda each: getattr(each, "__name__", ""),
)
def test_an_object_has_every_field_and_no_other(made: dict[str, Any], kind: Any):
    assert made.keys() == {each.name for each in dataclasses.fields(kind)}
    deserialize(made, kind)


def test_what_polar_has_not_is_refused():
    with pytest.raises(TypeError, match="Polar has no statsu"):
        objects.subscription(statsu="active")


def test_both_forms_of_a_signature_are_taken_by_the_sdk():
    body = event("subscription.updated", SUBSCRIPTION, SUBSCRIPTION["created_at"])
    for form, own in itertools.product((WHOLE, STANDARD), (SECRET, papers.new_secret())):
        headers = signed(body, own, "evt-1", form=form)
        _verify_signature(body.decode(), headers, own)
        for forged in (
            headers | {"webhook-id": "evt-2"},
            signed(body, papers.new_secret(), "evt-1", form=form),
            signed(body, own, "evt-1", at=time.time() - 301, form=form),
        ):
            with pytest.raises(PolarWebhookVerificationError):
                _verify_signature(body.decode(), forged, own)
    whole, standard = (signed(body, SECRET, "e", 1, form) for form in (WHOLE, STANDARD))
    assert whole["webhook-signature"] != standard["webhook-signature"]
    assert len(base64.b64decode(whole["webhook-signature"].removeprefix("v1,"))) == 32


def test_a_whole_event_is_read_by_the_sdk():
    body = event("subscription.active", SUBSCRIPTION, SUBSCRIPTION["created_at"])
    _verify_signature(body.decode(), signed(body, SECRET, "evt-1"), SECRET)
    # `validate_event` would compile all 42 kinds first, for seconds
    read = deserialize(json.loads(body), webhooks.WebhookSubscriptionActivePayload)
    assert read.data.customer.external_id == "acct-1"
