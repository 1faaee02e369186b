"""Block Kit drawn as the page's neutral blocks, and a modal's fields with them."""

from __future__ import annotations

from collections.abc import Callable

from adapters.sandbox.model import Json
from adapters.sandbox.slack_mrkdwn import Namer, runs_of, unescape

INPUTS = {
    "static_select": "choice", "radio_buttons": "choice", "datepicker": "date",
    "timepicker": "time", "users_select": "person", "checkboxes": "choices",
    "multi_static_select": "choices", "number_input": "number",
}  # fmt: skip
DOTS = "⋯"
"""The name of a menu that has none."""
INITIALS = ("initial_value", "initial_date", "initial_time", "initial_user")


def drawn(text: str, blocks: list[Json], name_of: Namer) -> list[Json]:
    """A message: its blocks, or without any its text."""
    if not blocks:
        return [{"kind": "text", "runs": runs_of(text, name_of)}] if text else []
    return [each for block in blocks for each in _block(block, name_of)]


def drawn_view(view: Json, person: str, errors: dict[str, str], name_of: Namer) -> Json:
    """A modal: the neutral blocks, and `{"kind": "field"}` for what can be filled in."""
    blocks: list[Json] = []
    for block in view["blocks"]:
        if block["type"] == "input":
            blocks.append(_field(block) | {"error": errors.get(block["block_id"], "")})
        else:
            blocks += _block(block, name_of)
    return {
        "id": view["id"],
        "person": person,
        "title": view["title"]["text"],
        "submit": (view["submit"] or {}).get("text", ""),
        "close": (view["close"] or {}).get("text", "") or "Cancel",
        "blocks": blocks,
    }


def initial(element: Json) -> str:
    """What a field holds before anything is typed; several choices are joined by commas."""
    for key in INITIALS:
        if element.get(key):
            return str(element[key])
    chosen = [element["initial_option"]] if element.get("initial_option") else []
    return ",".join(each["value"] for each in chosen + (element.get("initial_options") or []))


def options_of(element: Json) -> list[Json]:
    groups = element.get("option_groups") or [{"options": element.get("options") or []}]
    return [option for group in groups for option in group["options"]]


def _field(block: Json) -> Json:
    element = block["element"]
    line = "text" if element.get("multiline") else "line"
    return {
        "kind": "field",
        "name": block["block_id"],
        "label": block["label"]["text"],
        "input": INPUTS.get(element["type"], line),
        "value": initial(element),
        "options": [
            {"label": each["text"]["text"], "value": each["value"]} for each in options_of(element)
        ],
        "required": not block.get("optional"),
        "help": (block.get("hint") or {}).get("text", ""),
        "placeholder": (element.get("placeholder") or {}).get("text", ""),
        "max_length": element.get("max_length", 0),
    }


def _block(block: Json, name_of: Namer) -> list[Json]:
    draw = DRAW.get(block["type"])
    return draw(block, name_of) if draw else []


def _header(block: Json, _name_of: Namer) -> list[Json]:
    return [{"kind": "text", "runs": [_plain(block["text"]) | {"bold": True}]}]


def _context(block: Json, name_of: Namer) -> list[Json]:
    texts = [_text(each, name_of) for each in block["elements"] if "text" in each]
    return [
        {
            "kind": "context",
            "text": "  ".join("".join(run["text"] for run in runs) for runs in texts),
        }
    ]


def _actions(block: Json, _name_of: Namer) -> list[Json]:
    return [{"kind": "buttons", "rows": [_buttons(block, block["elements"])]}]


def _divider(_block: Json, _name_of: Namer) -> list[Json]:
    return [{"kind": "divider"}]


def _markdown(block: Json, _name_of: Namer) -> list[Json]:
    return [{"kind": "text", "runs": [{"text": block["text"]}]}]


def _section(block: Json, name_of: Namer) -> list[Json]:
    runs = _text(block["text"], name_of) if block.get("text") else []
    for each in block.get("fields") or []:
        runs += [{"text": "\n"}] * bool(runs) + _text(each, name_of)
    accessory = block.get("accessory")
    buttons = _buttons(block, [accessory]) if accessory else []
    if len(buttons) == 1:
        return [{"kind": "row", "runs": runs, "button": buttons[0]}]
    drawn: list[Json] = [{"kind": "text", "runs": runs}]
    return drawn + ([{"kind": "buttons", "rows": [buttons]}] if buttons else [])


def _buttons(block: Json, elements: list[Json]) -> list[Json]:
    """One per button, and one per option of a menu, with the menu's name."""
    drawn: list[Json] = []
    for each in elements:
        press = {"block_id": block["block_id"], "action_id": each.get("action_id", "")}
        press["type"] = each["type"]
        if each["type"] == "button":
            drawn.append({
                "label": _plain(each["text"])["text"], "url": each.get("url", ""),
                "press": press | {"value": each.get("value", "")}, "style": each.get("style", ""),
            })  # fmt: skip
        for option in options_of(each):
            label = _plain(option["text"])["text"]
            drawn.append({"label": label, "url": "", "style": "", "menu": _menu(each),
                          "press": press | {"value": option["value"]}})  # fmt: skip
    return drawn


def _menu(element: Json) -> str:
    placeholder = element.get("placeholder")
    return str(_plain(placeholder)["text"]) if placeholder else DOTS


def _text(item: Json, name_of: Namer) -> list[Json]:
    mrkdwn = item["type"] == "mrkdwn"
    return runs_of(item["text"], name_of) if mrkdwn else [_plain(item)]


def _plain(item: Json) -> Json:
    return {"text": unescape(item["text"])}


def _rich(block: Json, name_of: Namer) -> list[Json]:
    """Sections and list items, one line each."""
    runs: list[Json] = []
    for part in block["elements"]:
        bullets = part["type"] == "rich_text_list"
        for line in part["elements"] if bullets else [part]:
            runs += [{"text": "\n"}] * bool(runs) + [{"text": "- "}] * bullets
            runs += _rich_line(line, name_of)
    return [{"kind": "text", "runs": runs}]


def _rich_line(part: Json, name_of: Namer) -> list[Json]:
    runs: list[Json] = []
    for each in part.get("elements", ()):
        style = {key: True for key, value in (each.get("style") or {}).items() if value}
        text = unescape(each.get("text", ""))
        match each["type"]:
            case "link":
                runs.append({"text": text or each["url"], "link": each["url"]} | style)
            case "user" | "channel":
                name = name_of(each.get("user_id") or each["channel_id"])
                runs.append({"text": name, "mention": True} | style)
            case "broadcast":
                runs.append({"text": f"@{each['range']}", "mention": True} | style)
            case "date":
                runs.append({"text": each.get("fallback", "")} | style)
            case _:
                runs.append({"text": text} | style)
    return runs


DRAW: dict[str, Callable[[Json, Namer], list[Json]]] = {
    "section": _section,
    "header": _header,
    "context": _context,
    "actions": _actions,
    "divider": _divider,
    "markdown": _markdown,
    "rich_text": _rich,
}
"""By block type. What is not here shows nothing in the page."""
