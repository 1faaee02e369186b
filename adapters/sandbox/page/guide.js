// Three things to try: each types or presses for the newcomer, where they can watch it happen.

import { during, make } from "./dom.js";

const CODE = /\b[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}\b/;
const KEY_TIME = 18; // milliseconds between typed letters: quick, but seen as typing
const ANSWER_TIME = 8000; // milliseconds to wait for the bot
const calm = matchMedia("(prefers-reduced-motion: reduce)");

/** Draw the buttons into `nav`; `pane(id)` finds a person's pane. */
export function offerTries(nav, pane) {
  let before = Promise.resolve(); // they type in the same panes, so one waits for the other
  const inTurn = (run) => {
    const done = before.then(run);
    before = done.catch(() => {});
    return done;
  };
  const tries = [
    ["Add a task as Ada", "Buy milk !high #home due tomorrow", () => add(pane("tg-ada"))],
    ["Finish it", "Press Done on the card", () => done(pane("tg-ada"))],
    ["Connect Ada’s Slack", "/link, then /task link CODE", () => link(pane("tg-ada"), pane("sl-ada"))],
  ];
  nav.replaceChildren(...tries.map(([who, what, run], at) => {
    const button = make("button", { type: "button", class: "try" },
      make("span", { class: "number", "aria-hidden": "true", text: String(at + 1) }),
      make("span", {}, make("strong", { text: who }), make("span", { text: what })));
    button.addEventListener("click", () => during(button, () => inTurn(run)).catch(() => {}));
    return button;
  }));
}

async function add(ada) {
  await type(ada, "Buy milk !high #home due tomorrow");
}

async function done(ada) {
  toPrivate(ada);
  const button = await until(() => ada.lastButton("Done"), 500);
  if (!button) return ada.toast("No card with a Done button yet. Add a task first.");
  button.scrollIntoView({ block: "nearest" });
  button.focus();
  button.click();
}

async function link(telegram, slack) {
  await type(telegram, "/link");
  const code = await until(() => newestCode(telegram), ANSWER_TIME);
  if (!code) return telegram.toast("The bot showed no code.");
  await type(slack, `/task link ${code}`);
  slack.toast("Confirm here, then on Telegram: both sides are asked.");
}

function newestCode(pane) {
  const messages = [...pane.chats.get(pane.front).messages.values()];
  const asked = messages.findLastIndex((message) => message.author === pane.person.id);
  return messages.slice(asked + 1).map((message) => CODE.exec(message.text)?.[0]).findLast(Boolean);
}

async function type(pane, text) {
  toPrivate(pane);
  const { input } = pane.composer;
  pane.element.scrollIntoView({ block: "nearest", behavior: calm.matches ? "auto" : "smooth" });
  input.focus({ preventScroll: true });
  for (let end = calm.matches ? text.length : 1; end <= text.length; end += 1) {
    input.value = text.slice(0, end);
    await sleep(KEY_TIME);
  }
  await pane.composer.send();
}

function toPrivate(pane) {
  pane.open([...pane.chats.values()].find(({ chat }) => chat.private).chat.id);
}

async function until(look, patience) {
  for (const end = performance.now() + patience; performance.now() < end; await sleep(100)) {
    const found = look();
    if (found) return found;
  }
  return look();
}

const sleep = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));
