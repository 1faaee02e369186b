"""What is changed, one thing at a time, and the tests that should notice (`promises.md` B25)."""

from __future__ import annotations

_WEB = (
    "tests/core/test_core_web_links.py",
    "tests/core/test_core_web_links_steps.py",
    "tests/core/test_core_proving.py",
    "tests/core/test_core_newcomers.py",
)

PLAN: dict[str, tuple[str, ...]] = {
    # signatures
    "adapters/slack/guard.py": (
        "tests/adapters/test_slack_guard.py",
        "tests/adapters/test_slack_guard_shapes.py",
        "tests/adapters/test_slack_webhook.py",
    ),
    "adapters/polar/signature.py": (
        "tests/adapters/test_polar_signature.py",
        "tests/adapters/test_polar_webhook.py",
    ),
    "adapters/telegram/webhook.py": ("tests/adapters/test_telegram_webhook.py",),
    "core/signed.py": (
        "tests/core/test_core_signed_edges.py",
        "tests/core/test_core_signed.py",
    ),
    # tokens
    "core/tokens.py": (
        "tests/core/test_core_tokens.py",
        "tests/core/test_core_signed.py",
        "tests/adapters/test_oidc_hostile.py",
        "tests/adapters/test_oidc_app_tokens.py",
    ),
    "core/codes.py": ("tests/core/test_core_codes.py", "tests/bot/test_typed_codes.py"),
    "core/letters.py": ("tests/core/test_core_letters.py", "tests/core/test_core_proving.py"),
    "adapters/oidc/id_token.py": (
        "tests/adapters/test_oidc_id_token.py",
        "tests/adapters/test_oidc_hostile.py",
        "tests/adapters/test_oidc_sign_in.py",
    ),
    "adapters/oidc/app_tokens.py": ("tests/adapters/test_oidc_app_tokens.py",),
    "adapters/oidc/keys.py": (
        "tests/adapters/test_oidc_key_sets.py",
        "tests/adapters/test_oidc_keys.py",
        "tests/adapters/test_oidc_hostile.py",
    ),
    # linking
    "core/linking.py": (
        "tests/core/test_core_linking.py",
        "tests/core/test_core_linking_steps.py",
        "tests/core/test_core_linking_abuse.py",
        "tests/core/test_core_joining.py",
        "tests/core/test_core_flooding.py",
        "tests/core/test_core_newcomers.py",
    ),
    "core/joining.py": (
        "tests/core/test_core_joining.py",
        "tests/core/test_core_joining_steps.py",
        "tests/core/test_core_linking.py",
        "tests/core/test_core_linking_steps.py",
        "tests/core/test_core_newcomers.py",
    ),
    "core/links.py": (
        "tests/core/test_core_linking.py",
        "tests/core/test_core_linking_abuse.py",
        "tests/core/test_core_joining.py",
        "tests/core/test_core_taking_back.py",
        "tests/core/test_core_merge.py",
        "tests/core/test_core_proving.py",
        "tests/core/test_core_newcomers.py",
        "tests/core/test_core_partings.py",
    ),
    "core/attempts.py": (
        "tests/core/test_core_linking.py",
        "tests/core/test_core_linking_abuse.py",
        "tests/core/test_core_linking_steps.py",
        "tests/core/test_core_joining.py",
    ),
    "core/web_links.py": _WEB,
    # access, and what a plan allows
    "core/rights.py": (
        "tests/core/test_core_may.py",
        "tests/core/test_core_rights.py",
        "tests/bot/test_table.py",
    ),
    "core/entitlements.py": (
        "tests/core/test_core_entitlements.py",
        "tests/core/test_core_billing_limits.py",
        "tests/core/test_core_billing_floor.py",
    ),
    "core/limits.py": ("tests/core/test_core_limits.py",),
    # the store, what came in and what goes out
    "core/store.py": ("tests/core/test_core_store.py", "tests/core/test_core_tools.py"),
    "core/sqlite.py": (
        "tests/core/test_core_sqlite.py",
        "tests/core/test_core_store.py",
        "tests/core/test_core_full.py",
    ),
    "core/inbox.py": (
        "tests/core/test_core_inbox.py",
        "tests/core/test_core_backlog.py",
        "tests/core/test_core_processes.py",
        "tests/bot/test_answers.py",
        "tests/bot/test_in_flight.py",
    ),
    "adapters/engine/outbox.py": (
        "tests/adapters/test_engine_put.py",
        "tests/adapters/test_engine_put_rows.py",
        "tests/adapters/test_engine_withdrawals.py",
    ),
}
