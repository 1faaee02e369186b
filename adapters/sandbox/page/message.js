// Draws one message as its platform would. Pure: state in, element out.

import { make, openable } from "./dom.js";
import { menu, reactionLine } from "./menus.js";

const clock = new Intl.DateTimeFormat(undefined, { hour: "2-digit", minute: "2-digit" });

/**
 * The element of a message, seen by `viewer`; `answered` is the message it replies to, if any.
 * `act` has `press(button, control)`, `reply(message)`, `details(url, control)` and `menu()`, an
 * element or null.
 */
export function drawMessage(message, viewer, act, answered) {
  const mine = message.author === viewer.id;
  const kind = message.from_bot ? "bot" : mine ? "mine" : "other";
  const marks = [kind, message.ephemeral && "ephemeral", message.silent && "silent"];
  const body = make("div", { class: "bubble" });
  for (const block of message.blocks) body.append(drawBlock(block, act));
  return make(
    "article",
    { class: ["message", ...marks].filter(Boolean).join(" "), "data-id": message.id,
      "aria-label": `${mine ? "You" : message.author_name} at ${timeOf(message)}` },
    drawHead(message, mine),
    ...(answered ? [make("p", { class: "quote", text: excerpt(answered) })] : []),
    body,
    ...[reactionLine(message), ...(message.ephemeral ? [] : [replyButton(message, act)]),
      act.menu?.()].filter(Boolean),
  );
}

/** The first words of a message, for the "replying to" bar. */
export function excerpt(message) {
  return message.text.replaceAll(/\s+/g, " ").trim().slice(0, 80);
}

function timeOf({ time }) {
  const date = new Date(typeof time === "number" ? time * 1000 : time);
  return Number.isNaN(date.valueOf()) ? "" : clock.format(date);
}

function drawHead(message, mine) {
  const head = make("header", { class: "head" });
  head.append(make("span", { class: "author", text: mine ? "You" : message.author_name }));
  if (message.from_bot) head.append(make("span", { class: "app", text: "bot" }));
  head.append(make("time", { text: timeOf(message) }));
  if (message.topic) head.append(make("span", { class: "mark", text: `in ${message.topic}` }));
  if (message.edited) head.append(make("span", { class: "mark", text: "edited" }));
  if (message.silent) head.append(make("span", { class: "mark", text: "silent" }));
  if (message.ephemeral) {
    head.append(make("span", { class: "mark only", text: "only visible to you" }));
  }
  return head;
}

function replyButton(message, act) {
  return make("button", {
    type: "button", class: "quiet reply", text: "Reply",
    "aria-label": `Reply to ${message.author_name}`, onclick: () => act.reply(message),
  });
}

/** One neutral block, of a message or of a form. */
export function drawBlock(block, act) {
  switch (block.kind) {
    case "buttons":
      return make("div", { class: "buttons" }, ...block.rows.map((row) =>
        make("div", { class: "row" }, ...drawRow(row, act))));
    case "row":
      return make("div", { class: "item" }, drawRuns(block.runs),
        ...(block.button ? [drawButton(block.button, act)] : []));
    case "file":
      return drawFile(block);
    case "picture":
      return make("img", { class: "picture", src: `data:image/png;base64,${block.png}`,
        alt: block.alt || "Picture" });
    case "entity":
      return drawEntity(block, act);
    case "divider":
      return make("hr");
    case "context":
      return make("p", { class: "context", text: block.text });
    default:
      return drawRuns(block.runs ?? []);
  }
}

/** A Work Object; with `act.details(url)` it opens. */
export function drawEntity({ url, title, tag, fields, text }, act) {
  const head = make("p", { class: "text" }, make("strong", { text: title }));
  if (tag.text) head.append(" ", make("span", { class: `tag ${tag.colour}`.trim(), text: tag.text }));
  const list = make("dl", {}, ...fields.flatMap((each) => [
    make("dt", { text: each.label }), make("dd", { text: each.value })]));
  const drawn = make("section", { class: "entity", "aria-label": title }, head, list);
  if (text) drawn.append(make("p", { class: "text", text }));
  if (act?.details) {
    const open = make("button", { type: "button", class: "press", text: "Details" });
    open.addEventListener("click", () => act.details(url, open));
    drawn.append(make("div", { class: "buttons" }, make("div", { class: "row" }, open)));
  }
  return drawn;
}

/** A link that saves a file which the bot sent. */
function drawFile({ file, name, size }) {
  const url = new URL(`file/${encodeURIComponent(file)}`, import.meta.url);
  const label = `${name} (${size < 1000 ? `${size} bytes` : `${Math.round(size / 1000)} KB`})`;
  return make("p", { class: "file" },
    make("a", { class: "press", href: url.href, download: name, text: label,
      "aria-label": `Save ${label}` }));
}

function drawRuns(runs) {
  return make("p", { class: "text" }, ...runs.map(drawRun));
}

function drawRun(run) {
  let node = document.createTextNode(run.text);
  if (run.bold) node = make("strong", {}, node);
  if (run.italic) node = make("em", {}, node);
  if (run.code) node = make("code", {}, node);
  if (run.mention) node = make("span", { class: "mention" }, node);
  if (run.strike) node = make("s", {}, node);
  if (run.link && openable(run.link)) node = make("a", outward(run.link), node);
  return node;
}

function outward(url) {
  return { href: url, target: "_blank", rel: "noopener noreferrer" };
}

/** Buttons as they are; what is in a menu stands behind its name, where the first of it was. */
function drawRow(row, act) {
  const inMenu = (id) => row.filter((each) => each.menu && each.press.action_id === id);
  return row.flatMap((button) => {
    if (!button.menu) return [drawButton(button, act)];
    const options = inMenu(button.press.action_id);
    return options[0] === button ? [drawMenu(button.menu, options, act)] : [];
  });
}

function drawMenu(name, options, act) {
  const drawn = menu(name, name === "⋯" ? "More actions" : name, options.map((each) => (
    { label: each.label, run: () => act.press(each, drawn.querySelector("summary")) })));
  return drawn;
}

function drawButton(button, act) {
  const style = ["primary", "danger", "success"].includes(button.style) ? button.style : "";
  const own = { class: `press ${style}`.trim(), text: button.label };
  if (button.url && openable(button.url) && startPayload(button.url) === null) {
    return make("a", { ...own, ...outward(button.url) });
  }
  const control = make("button", { ...own, type: "button" });
  control.addEventListener("click", () => act.press(button, control));
  return control;
}

/** What `https://t.me/<bot>?start=<payload>` starts the bot with; Telegram opens it as a chat. */
export function startPayload(url) {
  try {
    const link = new URL(url);
    return link.hostname === "t.me" ? link.searchParams.get("start") : null;
  } catch {
    return null;
  }
}
