"""Work Objects are drawn as Slack takes them, whatever is in a task; and where it takes none, links
are shown without."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from slack_sdk.models.metadata import (
    EntityActionButton,
    EntityActions,
    EntityAttributes,
    EntityCustomField,
    EntityMetadata,
    EntityPayload,
    EntityStringField,
    EntityTitle,
    EntityTypedField,
    EntityUserField,
    EventAndEntityMetadata,
    ExternalRef,
    TaskEntityFields,
)

from adapters.sandbox.slack_entities import EntityError, checked_entity
from adapters.slack.objects import below_link, in_pane
from core.chat import Button, Entity, Fact, Moment, Style, Tone
from tests.adapters.hostile_text import BAD, HOSTILE
from tests.adapters.slack_kit import MILK, URL

BUTTONS = (
    Button("Done", "done t:9k3f7q2m rev:17", Style.PRIMARY),
    *(Button(f"B{n}", f"b {n}") for n in range(9)),
)


def test_it_is_what_slacks_own_models_make() -> None:
    named = {"entity_type": "slack#/entities/task", "external_ref": ExternalRef("9k3f7q2m")}

    def made(**more: Any) -> EntityMetadata:
        person, moment = "slack#/types/user", "slack#/types/timestamp"
        fields = TaskEntityFields(
            status=EntityStringField("Open, overdue", tag_color="red"),
            assignee=EntityTypedField(person, user=EntityUserField("Ben")),
            created_by=EntityTypedField(person, user=EntityUserField("Ada")),
            due_date=EntityTypedField(moment, value=1_800_000_000),
            priority=EntityStringField("High"),
            description=EntityStringField("Two litres"),
        )
        own = [
            EntityCustomField("Repeats", "more_0", "string", "every day"),
            EntityCustomField("Reminds you", "more_1", moment, 1_800_000_000),
        ]
        about = EntityAttributes(EntityTitle("Buy milk"), metadata_last_modified=1_700_000_000)
        order = ["status", "assignee", "due_date", "priority", "created_by"]
        return EntityMetadata(
            entity_payload=EntityPayload(
                about,
                fields=fields,
                custom_fields=own,
                display_order=[*order, "more_0", "more_1", "description"],
                **more.pop("payload", {}),
            ),
            url=URL,
            **named,
            **more,
        )

    assert below_link(MILK, URL) == EventAndEntityMetadata(
        entities=[made(app_unfurl_url=URL)]
    ).to_dict() | {"entities": [made(app_unfurl_url=URL).to_dict()]}
    done = EntityActionButton(
        "Done",
        "press:0",
        value="done t:9k3f7q2m rev:17",
        style="primary",
        accessibility_label="Done: Buy milk",
    )
    actions = EntityActions(primary_actions=[done])
    assert in_pane(MILK, BUTTONS[:1]) == made(payload={"actions": actions}).to_dict()


TEXT = st.one_of(st.sampled_from(HOSTILE), st.text(max_size=40))
LINES = st.sampled_from(("", "done t:9k3f7q2m rev:17", "x" * 2001))
FACTS = st.one_of(st.builds(Fact, TEXT, TEXT), st.builds(Moment, TEXT, st.integers(1, 2**40), TEXT))
ENTITIES = st.builds(
    Entity,
    id=st.from_regex(r"[0-9a-z]{1,16}", fullmatch=True),
    url=st.just(URL),
    title=TEXT,
    status=TEXT,
    tone=st.sampled_from(Tone),
    description=TEXT,
    created_by=TEXT,
    assignee=TEXT,
    due_on=st.one_of(st.just(""), st.dates().map(str)),
    due_at=st.integers(0, 2**40),
    priority=TEXT,
    more=st.lists(FACTS, max_size=12).map(tuple),
    changed=st.integers(0, 2**40),
)
PRESSED = st.lists(st.builds(Button, TEXT, LINES, st.sampled_from(Style)), max_size=9).map(tuple)


@settings(max_examples=20)
@given(ENTITIES, PRESSED)
def test_slack_takes_it_whatever_is_in_it(entity: Entity, buttons: tuple[Button, ...]) -> None:
    (below,) = below_link(entity, URL)["entities"]
    checked_entity(below, "", posted=True)
    pane = in_pane(entity, buttons)
    checked_entity(pane, "", posted=False)
    said = json.dumps(pane, ensure_ascii=False)
    assert not set(BAD) & set(said)
    assert "markdown" not in {each.get("format") for each in _fields(pane)}  # nobody's text formats
    assert len(said.encode()) < 32_000


@pytest.mark.parametrize("text", HOSTILE, ids=lambda text: ascii(text[:12]))
def test_the_same_text_everywhere(text: str) -> None:
    facts = tuple(each for _ in range(20) for each in (Fact(text, text), Moment(text, 1, text)))
    said = {name: text for name in ("title", "status", "description", "priority")}
    worst = replace(MILK, **said, created_by=text, assignee=text, more=facts)  # type: ignore[arg-type]  # all are texts
    pane = in_pane(worst, tuple(replace(each, label=text) for each in BUTTONS))
    checked_entity(pane, "", posted=False)
    assert not set(BAD) & set(json.dumps(pane, ensure_ascii=False))


def _fields(entity: dict[str, Any]) -> list[dict[str, Any]]:
    drawn = entity["entity_payload"]
    return [*drawn["fields"].values(), *drawn.get("custom_fields", [])]


def test_of_too_many_buttons_the_last_is_kept_and_leads_to_the_others() -> None:
    actions = in_pane(MILK, BUTTONS)["entity_payload"]["actions"]
    assert [each["text"] for each in actions["primary_actions"]] == ["Done", "B0"]
    assert [each["text"] for each in actions["overflow_actions"]] == ["B1", "B2", "B3", "B4", "B8"]


@pytest.mark.parametrize(
    ("at", "value"),
    [
        ("title", {"text": ""}),
        ("fields", {"status": {"value": ""}}),
        ("fields", {"status": {"value": "x", "tag_color": "pink"}}),
        ("fields", {"assignee": {"user": {"text": "Ben"}}}),  # without its type
        ("fields", {"due_date": {"type": "slack#/types/date", "value": "tomorrow"}}),
        ("fields", {"due_date": {"type": "slack#/types/timestamp", "value": "1"}}),
        ("fields", {"creator": {"value": "Ada"}}),
        ("custom_fields", [{"key": "a", "type": "string", "value": "x"}]),
        ("display_order", ["nothing"]),
        ("actions", {"primary_actions": [{"text": "A", "action_id": str(n)} for n in range(3)]}),
    ],
)
def test_the_control_the_stand_in_is_as_strict_as_slack(at: str, value: Any) -> None:
    (entity,) = below_link(MILK, URL)["entities"]
    checked_entity(entity, "", posted=True)
    drawn = entity["entity_payload"]
    (drawn["attributes"] if at == "title" else drawn)[at] = value
    with pytest.raises(EntityError):
        checked_entity(entity, "", posted=True)
