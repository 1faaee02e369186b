// The pane that opens from a Work Object: what the app lets this person see of it.

import { during, make, openable } from "./dom.js";
import { drawEntity } from "./message.js";
import { menu } from "./menus.js";

export class Details {
  /** Stands over the chats of a pane. */
  constructor(pane) {
    this.pane = pane;
    this.element = make("aside", { class: "details", hidden: true, "aria-label": "Details" });
    pane.element.querySelector(".stage").append(this.element);
  }

  /** Show what is open, or nothing. */
  show(state) {
    const { element } = this;
    const within = element.contains(document.activeElement);
    element.hidden = !state;
    element.dataset.state = state?.state ?? "";
    element.replaceChildren(...(state ? [this.#head(state), ...this.#body(state)] : []));
    if (state && (within || state.state === "loading")) element.querySelector("button").focus();
  }

  #head({ chat, message, url }) {
    const act = (action) => this.pane.do(action).catch(() => {}); // a toast has said it
    return make("header", {},
      make("h3", { text: "Details" }),
      make("button", { type: "button", class: "quiet", text: "Refresh",
        onclick: () => act({ do: "details", chat, message, url }) }),
      make("button", { type: "button", class: "quiet", text: "✕", "aria-label": "Close the details",
        onclick: () => act({ do: "details_close" }) }));
  }

  #body(state) {
    const placeholder = drawEntity(state.below);
    switch (state.state) {
      case "shown":
        return [drawEntity(state.entity), this.#buttons(state.actions)];
      case "connect":
        return [placeholder, make("p", { class: "text", text: "Connect your account to see more." }),
          this.#connect(state.connect)];
      case "error":
        return [make("h4", { text: state.title }), make("p", { class: "text", text: state.text }),
          placeholder];
      default:
        return [placeholder, make("p", { class: "context", role: "status", text: "Loading …" })];
    }
  }

  #buttons(actions) {
    const row = make("div", { class: "row" });
    for (const each of actions.filter(({ more }) => !more)) {
      const control = make("button", { type: "button", class: `press ${each.style}`.trim(), text: each.label });
      control.addEventListener("click", () => this.#press(each, control));
      row.append(control);
    }
    const entries = actions.filter(({ more }) => more);
    const drawn = menu("⋯", "More actions", entries.map((each) => (
      { label: each.label, run: () => this.#press(each, drawn.querySelector("summary")) })));
    if (drawn) row.append(drawn);
    return make("div", { class: "buttons" }, row);
  }

  /** Slack opens the app's own place from such an address; here that is a tab beside. */
  #connect(url) {
    const own = { class: "press primary", text: "Connect" };
    if (URL.canParse(url) && new URL(url).pathname === "/app_redirect") {
      return make("button", { ...own, type: "button", onclick: () => this.pane.open("home") });
    }
    return openable(url)
      ? make("a", { ...own, href: url, target: "_blank", rel: "noopener noreferrer" }) : make("p", {});
  }

  #press({ action_id: action }, control) {
    return during(control, () => this.pane.do({ do: "details_press", action })).catch(() => {});
  }
}
