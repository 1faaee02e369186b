"""Polar: what it is asked (`gateway`, over polar-sdk) and what it says by itself (`webhook`).

Importing this package, or the webhook, does not import the SDK: that costs 0.8 s and 50 MB, and is
left until somebody looks at a plan.
"""
