// What only Telegram has: one's own messages are edited, any of them is sent on, the bot is asked
// from any chat, and a forum has topics.

import { make } from "./dom.js";

const NAME = /^@fluxbot\s(?<words>.*)$/is;
const PAUSE = 150; // milliseconds without a key, after which the app asks the bot

/** What the app offers for a message: `chats` are the person's own, `edit` begins to edit it. */
export function telegramEntries(message, person, chats, edit, act) {
  if (person.platform !== "telegram" || message.ephemeral) return [];
  const place = { chat: message.chat, message: message.id };
  const mine = message.author === person.id && message.blocks.length === 1;
  const entries = mine ? [{ label: "Edit", run: async () => edit(message) }] : [];
  return entries.concat(chats.map((chat) => (
    { label: `Forward to ${chat.label}`, run: () => act({ do: "forward", to: chat.id, ...place }) })));
}

/** What is typed to the bot, or null where it is not asked. */
export function asked(person, typed) {
  return person.platform === "telegram" ? NAME.exec(typed)?.groups.words ?? null : null;
}

/** Ask the bot what it offers, once nothing was typed for a moment: `{line, description, pick}`. */
export class Asking {
  #timer = 0;

  constructor(act) {
    this.act = act;
  }

  ask(chat, words, show) {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(async () => {
      const answer = await this.act({ do: "inline", chat: chat.id, text: words }).catch(() => null);
      show((answer?.results ?? []).map(({ id, title, detail }) => ({
        line: title, description: detail,
        pick: () => this.act({ do: "pick", chat: chat.id, query: answer.query, result: id }),
      })));
    }, PAUSE);
  }

  stop() {
    clearTimeout(this.#timer);
  }
}

/** In which topic of a forum one writes: a choice, or null where there are none. */
export function topicChoice(chat) {
  const topics = Object.entries(chat.topics ?? {});
  if (!topics.length) return null;
  const choice = make("select", { class: "topic", "aria-label": `Topic in ${chat.label}` },
    make("option", { value: "", text: "General" }));
  for (const [value, text] of topics) choice.append(make("option", { value, text }));
  return choice;
}
