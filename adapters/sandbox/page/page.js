// The sandbox page: a pane per person, fed by one stream of events.

import { Details } from "./details.js";
import { offerTries } from "./guide.js";
import { HomeTab } from "./home.js";
import { Pane } from "./pane.js";
import { Wire } from "./wire.js";

const panes = new Map();
const homes = new Map();
const details = new Map();
const stage = document.getElementById("panes");
const connection = document.getElementById("connection");
const wire = new Wire(onEvent, onState);

function onState(state) {
  connection.dataset.state = state;
  connection.textContent = state === "open" ? "" : "Reconnecting … what you see may be old.";
  stage.classList.toggle("away", state !== "open");
}

function onEvent(event) {
  switch (event.type) {
    case "snapshot":
      return restore(event);
    case "message":
    case "edit":
      return panes.forEach((pane) => pane.show(event.message, true));
    case "delete":
      return panes.forEach((pane) => pane.remove(event.message));
    case "toast":
      return event.text && panes.get(event.person)?.toast(event.text);
    case "view":
      return panes.get(event.person)?.showView(event.view);
    case "home":
      return homes.get(event.person)?.show(event.home);
    case "pane":
      return details.get(event.person)?.show(event.pane);
    case "pane_closed":
      return details.get(event.person)?.show(null);
    case "view_closed":
      return panes.get(event.person)?.closeView(event.view);
  }
}

function restore({ people, chats, messages, views, shortcuts, homes: shown, panes: opened }) {
  for (const person of people) {
    if (!panes.has(person.id)) addPane(person, chats);
    const pane = panes.get(person.id);
    pane.people = people.filter(({ platform }) => platform === person.platform);
    pane.shortcuts = shortcuts;
    pane.clear(views);
    for (const message of messages) pane.show(message, false);
  }
  for (const view of views) panes.get(view.person)?.showView(view);
  for (const [id, tab] of homes) tab.show(shown.find(({ person }) => person === id) ?? null);
  for (const [id, each] of details) each.show(opened.find(({ person }) => person === id) ?? null);
  offerTries(document.querySelector(".tries"), (id) => panes.get(id));
}

function addPane(person, chats) {
  const own = chats.filter(({ members }) => members.includes(person.id));
  own.sort((one, other) => Number(other.private) - Number(one.private));
  const pane = new Pane(person, own, wire);
  panes.set(person.id, pane);
  if (person.platform === "slack") {
    homes.set(person.id, new HomeTab(pane));
    details.set(person.id, new Details(pane));
  }
  stage.append(pane.element);
}
