// Draws one message as its platform would. Pure: state in, element out.

import { make, openable } from "./dom.js";

const clock = new Intl.DateTimeFormat(undefined, { hour: "2-digit", minute: "2-digit" });

/**
 * The element of a message, seen by `viewer`; `answered` is the message it replies to, if any.
 * `act` has `press(button, control)` and `reply(message)`.
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
    ...(message.ephemeral ? [] : [replyButton(message, act)]),
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
        make("div", { class: "row" }, ...row.map((button) => drawButton(button, act)))));
    case "row":
      return make("div", { class: "item" }, drawRuns(block.runs),
        ...(block.button ? [drawButton(block.button, act)] : []));
    case "file":
      return drawFile(block);
    case "divider":
      return make("hr");
    case "context":
      return make("p", { class: "context", text: block.text });
    default:
      return drawRuns(block.runs ?? []);
  }
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
