// Slack's Home tab of one person: what the app published there, and what is ticked, chosen or pressed.

import { during, make } from "./dom.js";
import { drawBlock } from "./message.js";
import { menu } from "./menus.js";

const EMPTY = "Nothing here yet: the bot draws this tab as soon as you turn to it.";

export class HomeTab {
  #view = null;

  /** Adds the tab before the chats of a pane, as Slack has it. */
  constructor(pane) {
    this.pane = pane;
    this.entry = pane.addChat({
      id: "home", platform: "slack", private: false, members: [], label: "Home", empty: EMPTY,
      opened: () => pane.do({ do: "home", tab: "home" }).catch(() => {}), // a toast has said it
    });
    const { tab, log } = this.entry;
    tab.parentElement.prepend(tab);
    tab.setAttribute("aria-selected", "false");
    tab.tabIndex = -1;
    log.hidden = true;
    log.classList.add("home");
    log.setAttribute("aria-live", "off"); // it is drawn whole: nobody wants all of it read again
  }

  /** Show what was published, or nothing. */
  show(view) {
    const { log } = this.entry;
    this.#view = view;
    const kept = log.contains(document.activeElement) ? placeOf(document.activeElement) : null;
    const top = log.scrollTop;
    log.replaceChildren(...(view?.blocks ?? []).map((block) => this.#draw(block)));
    log.scrollTop = top;
    if (kept) (log.querySelector(`[data-place="${CSS.escape(kept)}"]`) ?? log).focus();
  }

  #draw(block) {
    if (block.kind === "heading") return make("h3", { text: block.text });
    if (block.kind === "check") return this.#task(block);
    return drawBlock(block, { press: ({ press }, control) => this.#act(press, control) });
  }

  #task({ label, detail, checked, press, menu: entries }) {
    const box = make("input", { type: "checkbox", "data-place": press.action_id });
    box.checked = checked;
    box.addEventListener("change", () =>
      this.#act({ ...press, value: box.checked ? press.value : "" }, box));
    const text = make("span", { class: "text", text: label });
    if (detail) text.append(make("span", { class: "context", text: detail }));
    const more = menu("⋯", `More for ${label}`, entries.map((each) => (
      { label: each.label, run: () => this.#send(each.press) })));
    return make("div", { class: "item" }, make("label", { class: "task" }, box, text),
      ...(more ? [more] : []));
  }

  #act(press, control) {
    return during(control, () => this.#send(press)).catch(() => {}); // a toast has said it
  }

  #send(press) {
    return this.pane.do({ do: "press", chat: "", message: this.#view.id, press });
  }
}

/** What names a control over two drawings. */
function placeOf(control) {
  return control.dataset.place ?? "";
}
