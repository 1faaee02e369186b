// Small helpers. Text reaches the page through textContent alone, so nothing typed can become markup.

/** An element with properties (`class`, `text`, `on<event>` or any attribute) and children. */
export function make(tag, properties = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (value === undefined || value === null || value === false) continue;
    if (name === "class") element.className = value;
    else if (name === "text") element.textContent = value;
    else if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else element.setAttribute(name, value === true ? "" : value);
  }
  element.append(...children);
  return element;
}

/** A fresh copy of the one element inside a `<template>`. */
export function stamp(id) {
  return document.getElementById(id).content.firstElementChild.cloneNode(true);
}

/** Whether a link may be opened: web pages only, never `javascript:` or the like. */
export function openable(url) {
  try {
    return ["http:", "https:"].includes(new URL(url).protocol);
  } catch {
    return false;
  }
}

/** Run a person's action with the control switched off meanwhile, so that it is done once. */
export async function during(control, action) {
  if (control.getAttribute("aria-disabled") === "true") return;
  // aria-disabled and not disabled: the keyboard focus stays where it is.
  control.setAttribute("aria-disabled", "true");
  try {
    await action();
  } finally {
    control.removeAttribute("aria-disabled");
  }
}
