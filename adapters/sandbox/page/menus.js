// What else can be done with a message, or from anywhere: a closed menu that opens below its sign.

import { during, make } from "./dom.js";

const REACTIONS = ["pushpin", "eyes"]; // by name, as Slack's events have them

/** A menu of `entries`, each `{label, run}`; null without any. It closes behind what was chosen. */
export function menu(sign, title, entries) {
  if (!entries.length) return null;
  const list = make("div", { class: "choices" });
  const element = make("details", { class: "menu" },
    make("summary", { text: sign, "aria-label": title, title }), list);
  for (const { label, run } of entries) {
    const control = make("button", { type: "button", class: "quiet choice", text: label });
    control.addEventListener("click", () => {
      element.open = false;
      during(control, run).catch(() => {}); // a toast has said it
    });
    list.append(control);
  }
  element.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || !element.open) return;
    element.open = false;
    element.querySelector("summary").focus();
    event.stopPropagation();
  });
  return element;
}

/** What Slack offers for a message: the app's shortcuts, and reactions. */
export function slackEntries(message, person, shortcuts, act) {
  if (person.platform !== "slack" || message.ephemeral) return [];
  const place = { chat: message.chat, message: message.id };
  return [
    ...shortcuts.filter(({ kind }) => kind === "message").map(({ name, line }) => (
      { label: name, run: () => act({ do: "shortcut", callback: line, ...place }) })),
    ...REACTIONS.map((name) => {
      const on = !(message.reactions?.[name] ?? []).includes(person.id);
      const label = on ? `React with :${name}:` : `Take :${name}: away`;
      return { label, run: () => act({ do: "react", name, on, ...place }) };
    }),
  ];
}

/** What Slack offers from anywhere. */
export function globalEntries(person, shortcuts, act) {
  if (person.platform !== "slack") return [];
  return shortcuts.filter(({ kind }) => kind === "global").map(({ name, line }) => (
    { label: name, run: () => act({ do: "shortcut", callback: line, chat: "", message: "" }) }));
}

/** The reactions under a message, as words; null without any. */
export function reactionLine({ reactions }) {
  const names = Object.entries(reactions ?? {}).filter(([, who]) => who.length);
  if (!names.length) return null;
  const text = names.map(([name, who]) => `:${name}: ${who.length}`).join("  ");
  return make("p", { class: "reactions", text, "aria-label": `Reactions: ${text}` });
}
