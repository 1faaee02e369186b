"""Numbers for the operator: each under its name, none lost to another's failure."""

from __future__ import annotations

from typing import Any

from bot.metrics import Metrics


def test_every_count_is_rendered_under_its_name() -> None:
    metrics = Metrics()
    metrics.inbound("telegram", "command", "done", 0.004)
    metrics.duplicate("slack")
    metrics.sent("slack", "ok")
    metrics.waited("telegram", 2.5)
    metrics.handler_defect("add")
    metrics.unread("slack")
    metrics.refused("link", "CodeRefused")
    metrics.webhook_failed("/slack/events", 503)
    metrics.watch_platforms(lambda: {"telegram": True, "slack": False})
    metrics.watch("undelivered_age_seconds", "Seconds", lambda: 1.5)
    metrics.refused("done", "NoSuchTask")
    metrics.link_failed("web")
    metrics.late(3)
    metrics.watch_files(lambda: {"log": 4096})
    metrics.watch_store(lambda: {"commits": 7, "replays": 3})
    metrics.watch_jobs(lambda: {"dead": 2})
    metrics.watch("dead_letters", "Jobs", lambda: 4)
    lines = metrics.render().decode().splitlines()
    for line in (
        'fluxbot_inbound_total{kind="command",outcome="done",platform="telegram"} 1.0',
        'fluxbot_inbound_seconds_bucket{le="0.005",platform="telegram"} 1.0',
        'fluxbot_duplicates_total{platform="slack"} 1.0',
        'fluxbot_sends_total{outcome="ok",platform="slack"} 1.0',
        'fluxbot_wait_429_seconds_total{platform="telegram"} 2.5',
        'fluxbot_jobs_total{outcome="dead"} 2.0',
        'fluxbot_handler_defects_total{command="add"} 1.0',
        'fluxbot_store_total{what="commits"} 7.0',
        'fluxbot_store_total{what="replays"} 3.0',
        'fluxbot_unread_total{platform="slack"} 1.0',
        'fluxbot_refusals_total{command="link",refusal="CodeRefused"} 1.0',
        'fluxbot_webhook_failures_total{route="/slack/events",status="503"} 1.0',
        'fluxbot_platform_reached{platform="telegram"} 1.0',
        'fluxbot_platform_reached{platform="slack"} 0.0',
        "fluxbot_undelivered_age_seconds 1.5",
        "fluxbot_dead_letters 4.0",
        'fluxbot_link_failures_total{way="chat"} 1.0',
        'fluxbot_link_failures_total{way="web"} 1.0',
        "fluxbot_late_reminders_total 3.0",
        'fluxbot_disk_bytes{what="log"} 4096.0',
    ):
        assert line in lines


def test_two_programs_in_one_process_do_not_share_numbers() -> None:
    Metrics().duplicate("slack")
    assert 'fluxbot_duplicates_total{platform="slack"} 0.0' in Metrics().render().decode()


def test_what_may_be_counted_is_there_before_the_first_time() -> None:
    """A rate over a number that first appears at 1 shows nothing of that one."""
    shown = Metrics().render().decode()
    for counted in (
        'duplicates_total{platform="telegram"}',
        'link_failures_total{way="app"}',
        'unread_total{platform="telegram"}',  # for one of which the operator is told
    ):
        assert f"fluxbot_{counted} 0.0" in shown
    assert 'fluxbot_wait_429_seconds_total{platform="slack"} 0.0' in shown


def test_a_number_that_cannot_be_had_hides_no_other() -> None:
    metrics = Metrics()

    def broken() -> Any:
        raise OSError

    metrics.watch("dead_letters", "Jobs", broken)
    metrics.watch_files(broken)
    metrics.watch("undelivered", "Replies", lambda: 5)
    lines = metrics.render().decode().splitlines()
    assert {"fluxbot_dead_letters NaN", "fluxbot_undelivered 5.0"} <= set(lines)


def test_the_process_is_measured_too() -> None:
    text = Metrics().render().decode()
    assert "process_resident_memory_bytes" in text
    assert "process_open_fds" in text
