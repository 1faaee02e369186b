// One person's pane: their chats as tabs, what they see in each, and what they can do.

import { Composer } from "./composer.js";
import { during, make, stamp } from "./dom.js";
import { openForm, place, typedIn } from "./form.js";
import { drawMessage, startPayload } from "./message.js";
import { globalEntries, menu, slackEntries } from "./menus.js";
import { telegramEntries } from "./telegram.js";
import { PLATFORMS, emptyWords, labelOf } from "./words.js";

const TOAST_TIME = 6000; // milliseconds; long enough to read a sentence twice

export class Pane {
  #shortcuts = [];

  /** `chats` are those of the person, the private one first; `wire` does what the person does. */
  constructor(person, chats, wire) {
    this.person = person;
    this.wire = wire;
    this.people = [];
    this.chats = new Map();
    this.element = stamp("pane");
    this.element.classList.add(person.platform);
    this.element.dataset.person = person.id;
    this.#nameIt();
    this.composer = new Composer(this.#find(".composer"), person, (action) => this.do(action));
    for (const chat of chats) this.addChat(chat);
    this.open(chats[0].id);
    addEventListener("resize", () => {
      for (const dialog of this.element.querySelectorAll("dialog")) place(dialog, this.element);
    });
  }

  /** Do something as this person; what the platform complains of is shown, then thrown. */
  async do(action) {
    try {
      const shown = await this.wire.act({ person: this.person.id, ...action });
      if (shown?.error) throw new Error(shown.error);
      return shown;
    } catch (error) {
      this.toast(error.message);
      throw error;
    }
  }

  /** Bring a chat to the front. */
  open(id) {
    this.front = id;
    for (const { chat, tab, log } of this.chats.values()) {
      const front = chat.id === id;
      tab.setAttribute("aria-selected", String(front));
      tab.tabIndex = front ? 0 : -1;
      log.hidden = !front;
      if (front) this.#count(chat.id, 0);
      if (front) log.scrollTop = chat.opened ? 0 : log.scrollHeight;
    }
    const { chat } = this.chats.get(id);
    this.#find(".composer").hidden = Boolean(chat.opened); // nobody writes on a tab that is no chat
    if (chat.opened) chat.opened();
    else this.composer.enter(chat);
  }

  /** The app's entries in Slack's own menus. */
  set shortcuts(shortcuts) {
    this.#shortcuts = shortcuts;
    const anywhere = menu("Shortcuts", "Shortcuts", globalEntries(
      this.person, shortcuts, (action) => this.do(action)));
    this.#find(".who .menu")?.remove();
    if (anywhere) this.#find(".who").append(anywhere);
  }

  /** Forget all messages, and the forms that are no longer open, before a snapshot. */
  clear(views) {
    for (const entry of this.chats.values()) {
      entry.log.replaceChildren();
      entry.messages.clear();
    }
    const open = new Set(views.map(({ id }) => id));
    for (const { dataset } of this.element.querySelectorAll("dialog")) {
      if (!open.has(dataset.view)) this.closeView(dataset.view);
    }
  }

  /** Show a message, or its newer state. `live` when it happens now. */
  show(message, live) {
    const entry = this.chats.get(message.chat);
    if (!entry || (message.ephemeral_for && message.ephemeral_for !== this.person.id)) return;
    const { log, messages } = entry;
    const before = log.querySelector(`[data-id="${CSS.escape(message.id)}"]`);
    const element = drawMessage({ ...message, topic: entry.chat.topics?.[message.topic] },
      this.person, this.#acts(message), messages.get(message.reply_to));
    messages.set(message.id, message);
    if (live) element.classList.add(before ? "changed" : "arrived");
    const low = log.scrollHeight - log.scrollTop - log.clientHeight < 80; // it reads the newest
    if (before) this.#replace(before, element);
    else log.append(element);
    if (!live || low || (!before && message.author === this.person.id)) log.scrollTop = log.scrollHeight;
    if (live && !before && message.chat !== this.front) this.#count(message.chat, entry.unread + 1);
  }

  remove(message) {
    const entry = this.chats.get(message.chat);
    entry?.messages.delete(message.id);
    entry?.log.querySelector(`[data-id="${CSS.escape(message.id)}"]`)?.remove();
  }

  /** A sentence over the chat, gone by itself. */
  toast(text) {
    const toast = make("p", { class: "toast", text });
    this.#find(".toasts").append(toast);
    setTimeout(() => toast.remove(), TOAST_TIME);
  }

  /** Show a modal, or its newer state. */
  showView(view) {
    const before = this.#dialog(view.id);
    const kept = before ? typedIn(before) : null;
    this.closeView(view.id);
    openForm(view, this.element, this.people, {
      submit: async (values) => (await this.do({ do: "submit", view: view.id, values }))?.errors,
      press: ({ press }, control) => this.#once(control, () =>
        this.do({ do: "press", chat: "", message: view.id, press })),
      close: () => this.do({ do: "close", view: view.id }).catch(() => this.closeView(view.id)),
    }, kept);
  }

  closeView(id) {
    const dialog = this.#dialog(id);
    dialog?.close(); // gives the focus back to where it was
    dialog?.remove();
  }

  /** The last message in front that carries a button of this label, as that button. */
  lastButton(label) {
    const buttons = [...this.chats.get(this.front).log.querySelectorAll("button.press")];
    return buttons.findLast((button) => button.textContent === label);
  }

  #dialog(view) {
    return this.element.querySelector(`dialog[data-view="${CSS.escape(view)}"]`);
  }

  #acts(message) {
    return {
      reply: () => this.composer.replyTo(message),
      press: (button, control) => this.#once(control, () => this.#press(message, button)),
      menu: () => menu("⋯", "More actions", this.#entries(message)),
      details: (url, control) => this.#once(control, () =>
        this.do({ do: "details", chat: message.chat, message: message.id, url })),
    };
  }

  /** What the person's app offers for a message. */
  #entries(message) {
    const act = (action) => this.do(action);
    const chats = [...this.chats.values()].map(({ chat }) => chat);
    return slackEntries(message, this.person, this.#shortcuts, act).concat(
      telegramEntries(message, this.person, chats, (own) => this.composer.edit(own), act));
  }

  #once(control, action) {
    return during(control, action).catch(() => {}); // a toast has said it
  }

  #press(message, button) {
    const payload = startPayload(button.url);
    if (payload === null) {
      return this.do({ do: "press", chat: message.chat, message: message.id, press: button.press });
    }
    const mine = [...this.chats.values()].find(({ chat }) => chat.private).chat;
    this.open(mine.id);
    return this.do({ do: "say", chat: mine.id, text: `/start ${payload}`.trim() });
  }

  #replace(before, element) {
    const pressed = before.contains(document.activeElement);
    before.replaceWith(element);
    if (pressed) element.querySelector(".press")?.focus(); // the keyboard stays on the card
  }

  #count(id, unread) {
    const entry = this.chats.get(id);
    entry.unread = unread;
    entry.badge.hidden = unread === 0;
    entry.badge.textContent = String(unread);
    entry.badge.setAttribute("aria-label", `${unread} unread`);
  }

  #nameIt() {
    const { name, platform, id } = this.person;
    const title = this.#find("h2");
    title.id = `pane-${id}`;
    title.textContent = name;
    this.#find(".avatar").textContent = name[0];
    this.#find(".platform").textContent = PLATFORMS[platform];
    this.element.setAttribute("aria-label", `${name} on ${PLATFORMS[platform]}`);
    this.#find(".tabs").setAttribute("aria-label", `Chats of ${name} on ${PLATFORMS[platform]}`);
    this.#find(".tabs").addEventListener("keydown", (event) => this.#turn(event));
  }

  #turn(event) {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!step) return;
    const ids = [...this.chats.keys()];
    this.open(ids.at((ids.indexOf(this.front) + step) % ids.length));
    this.chats.get(this.front).tab.focus();
  }

  /** A tab for a chat, or for what is none: that says its own `label`, `empty` and `opened()`. */
  addChat(chat) {
    const label = chat.label ?? labelOf(chat);
    const id = `${this.person.id}-${chat.id}`;
    const badge = make("span", { class: "badge", hidden: true });
    const tab = make("button", { type: "button", role: "tab", id: `tab-${id}`, "aria-controls": `log-${id}`,
      "data-chat": chat.id, onclick: () => this.open(chat.id) }, label, badge);
    const log = make("div", { class: "log", id: `log-${id}`, role: "tabpanel", tabindex: 0, "aria-live": "polite",
      "aria-relevant": "additions", "aria-labelledby": `tab-${id}`, "data-empty": chat.empty ?? emptyWords(chat) });
    this.#find(".tabs").append(tab);
    this.#find(".views").append(log);
    const entry = { chat: { ...chat, label }, tab, log, badge, unread: 0, messages: new Map() };
    this.chats.set(chat.id, entry);
    return entry;
  }

  #find(selector) {
    return this.element.querySelector(selector);
  }
}
