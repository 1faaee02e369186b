// Where a person types: Enter sends, "/" suggests commands, and a reply names what it answers.

import { make } from "./dom.js";
import { excerpt } from "./message.js";
import { Asking, asked, topicChoice } from "./telegram.js";
import { invitation } from "./words.js";

export class Composer {
  #chat = null;
  #drafts = new Map();
  #reply = null;
  #edited = null;
  #lines = [];
  #topic = null;
  #choice = -1;

  /** `act` does an action as the person: `{do: "say"}` and `{do: "menu"}`. */
  constructor(form, person, act) {
    this.person = person;
    this.act = act;
    this.input = form.querySelector("textarea");
    this.list = form.querySelector(".suggestions");
    this.bar = form.querySelector(".replying");
    this.list.id = `suggestions-${person.id}`;
    this.input.setAttribute("aria-controls", this.list.id);
    this.asking = new Asking(act);
    this.bar.querySelector("button").addEventListener("click", () => this.#leave());
    this.input.addEventListener("input", () => this.#suggest());
    this.input.addEventListener("blur", () => this.#offer([]));
    this.input.addEventListener("keydown", (event) => this.#key(event));
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.send();
    });
  }

  /** Turn to a chat; each keeps its own draft. */
  enter(chat) {
    if (this.#chat) this.#drafts.set(this.#chat.id, this.input.value);
    this.#chat = chat;
    this.#topic?.remove();
    this.#topic = topicChoice(chat);
    if (this.#topic) this.bar.before(this.#topic);
    this.input.value = this.#drafts.get(chat.id) ?? "";
    this.input.placeholder = invitation(chat);
    this.input.setAttribute("aria-label", `${this.person.name} writes to ${chat.label}`);
    this.replyTo(null);
    this.#offer([]);
  }

  /** Let the next message answer this one; null for none. */
  replyTo(message) {
    this.#reply = message;
    this.#edited = null;
    this.#say(message && `Replying to ${message.author_name}: ${excerpt(message)}`);
  }

  /** Change the words of one's own message. */
  edit(message) {
    this.replyTo(null);
    this.#edited = message;
    this.input.value = message.text;
    this.#say(`Editing: ${excerpt(message)}`);
  }

  #say(words) {
    this.bar.hidden = !words;
    if (!words) return;
    this.bar.querySelector("span").textContent = words;
    this.input.focus();
  }

  #leave() {
    if (this.#edited) this.input.value = "";
    this.replyTo(null);
  }

  /** Send what is typed. What was not sent comes back, unless something else was typed meanwhile. */
  async send() {
    const text = this.input.value.trim();
    if (!text) return;
    const [chat, reply, edited] = [this.#chat, this.#reply, this.#edited];
    this.input.value = "";
    this.replyTo(null);
    this.#offer([]);
    try {
      await this.act(edited ? { do: "edit", chat: chat.id, message: edited.id, text }
        : { do: "say", chat: chat.id, text, reply_to: reply?.id, topic: this.#topic?.value ?? "" });
    } catch {
      if (this.#chat === chat && !this.input.value) this.input.value = text;
    }
  }

  #key(event) {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    const options = this.list.children;
    if (options.length && step) {
      event.preventDefault();
      this.#choose((this.#choice + step + options.length) % options.length);
    } else if (options.length && event.key === "Escape") this.#offer([]);
    else if (options[this.#choice] && ["Enter", "Tab"].includes(event.key)) {
      event.preventDefault();
      this.#take(this.#lines[this.#choice]);
    } else if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
      event.preventDefault();
      this.send();
    }
  }

  async #suggest() {
    const typed = this.input.value;
    const words = asked(this.person, typed);
    this.asking.stop();
    if (words !== null) {
      return this.asking.ask(this.#chat, words, (lines) => this.input.value === typed && this.#offer(lines));
    }
    if (!/^\/\S*$|^\/task \S*$/.test(typed)) return this.#offer([]);
    const commands = await this.act({ do: "menu", chat: this.#chat.id }).catch(() => []);
    if (this.input.value !== typed) return;
    const lead = this.person.platform === "slack" ? "/task " : "/";
    const lines = commands.map(({ command, description }) => ({ line: lead + command, description }));
    this.#offer(lines.filter(({ line }) => line.startsWith(typed) && line !== typed));
  }

  #offer(lines) {
    this.#choice = -1;
    this.#lines = lines;
    this.input.removeAttribute("aria-activedescendant");
    this.list.hidden = lines.length === 0;
    this.list.replaceChildren(...lines.map((each, at) => make("li", {
      role: "option", id: `${this.list.id}-${at}`, "data-line": each.line,
      onpointerdown: (event) => {
        event.preventDefault(); // the focus stays in the text
        this.#take(each);
      },
    }, make("strong", { text: each.line }), make("span", { text: each.description }))));
  }

  #choose(at) {
    this.#choice = at;
    [...this.list.children].forEach((option, each) =>
      option.setAttribute("aria-selected", String(each === at)));
    this.input.setAttribute("aria-activedescendant", this.list.children[at].id);
    this.list.children[at].scrollIntoView({ block: "nearest" });
  }

  #take({ line, pick }) {
    this.input.value = pick ? "" : `${line} `;
    this.#offer([]);
    pick?.().catch(() => {}); // a toast has said it
    this.input.focus();
  }
}
