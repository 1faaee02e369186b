// A Slack modal: a <dialog> over its person's pane, whose fields answer by block.

import { during, make, stamp } from "./dom.js";
import { drawBlock } from "./message.js";

/**
 * Opens the modal and returns it. `kept` holds what was typed before the same modal was updated.
 * `act` has `submit(values)` -> errors by field or null, `press(button, control)` and `close()`.
 */
export function openForm(view, pane, people, act, kept) {
  const dialog = stamp("form");
  dialog.dataset.view = view.id;
  const fields = new Map();
  for (const [at, block] of view.blocks.entries()) {
    const field = block.kind === "field" ? drawField(block, `${view.id}-${at}`, people) : null;
    if (field) fields.set(block.name, field);
    if (field && kept?.has(block.name)) field.control.value = kept.get(block.name);
    dialog.querySelector(".fields").append(field ? field.element : drawBlock(block, act));
  }
  const heading = dialog.querySelector("h3");
  heading.textContent = view.title;
  heading.id = `${view.id}-title`;
  dialog.setAttribute("aria-labelledby", heading.id);
  const cancel = dialog.querySelector(".cancel");
  cancel.textContent = view.close || "Cancel";
  cancel.addEventListener("click", () => act.close());
  dialog.addEventListener("cancel", (event) => {
    event.preventDefault(); // the platform is told first; its answer takes the modal away
    act.close();
  });
  dialog.addEventListener("close", () => {
    if (dialog.isConnected) act.close(); // a browser closes on a second Escape without asking
  });
  const submit = dialog.querySelector(".submit");
  submit.textContent = view.submit || "Submit";
  submit.hidden = !view.submit && fields.size === 0; // nothing to send
  dialog.querySelector("form").addEventListener("submit", (event) => {
    event.preventDefault();
    during(submit, () => send(dialog, fields, act));
  });
  pane.append(dialog);
  place(dialog, pane);
  dialog.showModal();
  (dialog.querySelector("[aria-invalid=true]") ?? dialog.querySelector("input, textarea, select"))
    ?.focus();
  return dialog;
}

/** Puts the modal over its pane; call it again when the window changes. */
export function place(dialog, pane) {
  const { left, width } = pane.getBoundingClientRect();
  dialog.style.setProperty("--left", `${left}px`);
  dialog.style.setProperty("--width", `${width}px`);
}

async function send(dialog, fields, act) {
  const problem = dialog.querySelector("form > .problem");
  problem.hidden = true;
  const missing = [...fields.values()].filter((field) => !field.complain(field.lacking()));
  if (missing.length) return missing[0].control.focus();
  const values = Object.fromEntries([...fields].map(([name, { control }]) => [name, valueOf(control)]));
  try {
    const errors = (await act.submit(values)) ?? {};
    const wrong = Object.entries(errors).filter(([name]) => fields.has(name));
    for (const [name, text] of wrong) fields.get(name).complain(text);
    if (wrong.length) fields.get(wrong[0][0]).control.focus();
  } catch (error) {
    problem.textContent = error.message;
    problem.hidden = false;
  }
}

function drawField(field, id, people) {
  const control = drawControl(field, people);
  const problem = make("p", { class: "problem", id: `${id}-problem`, role: "alert" });
  const hint = make("p", { class: "hint", id: `${id}-hint`, text: field.help });
  control.id = id;
  control.name = field.name;
  control.setAttribute("aria-describedby", `${hint.id} ${problem.id}`);
  if (field.required) control.setAttribute("aria-required", "true");
  const label = make("label", { for: id, text: field.label });
  if (!field.required) label.append(make("span", { class: "optional", text: " (optional)" }));
  const element = make("div", { class: "field" }, label, control, hint, problem);
  hint.hidden = !field.help;
  const complain = (text) => {
    problem.textContent = text;
    problem.hidden = !text;
    control.setAttribute("aria-invalid", String(Boolean(text)));
    return !text;
  };
  complain(field.error ?? "");
  const lacking = () =>
    !field.required || valueOf(control).trim() ? "" : "Please complete this required field.";
  return { element, control, complain, lacking };
}

function drawControl(field, people) {
  const limits = { maxlength: field.max_length || null, placeholder: field.placeholder || null };
  switch (field.input) {
    case "text":
      return withValue(make("textarea", { rows: 3, ...limits }), field);
    case "choice":
      return drawSelect(field, field.options);
    case "choices":
      return drawChoices(field);
    case "person":
      return drawSelect(field, people.map((each) => ({ label: each.name, value: each.user_id })));
    case "date":
    case "time":
    case "number":
      return withValue(make("input", { type: field.input }), field);
    default:
      return withValue(make("input", { type: "text", autocomplete: "off", ...limits }), field);
  }
}

function drawSelect(field, options) {
  // Slack has no way back to nothing once a required choice is made; an optional one can be emptied.
  const empty = field.required && field.value ? [] : [{ label: "Choose …", value: "" }];
  const select = make("select", {}, ...[...empty, ...options].map(({ label, value }) =>
    make("option", { value, text: label })));
  return withValue(select, field);
}

function drawChoices(field) {
  const chosen = new Set(field.value.split(","));
  return make("select", { multiple: true }, ...field.options.map(({ label, value }) =>
    make("option", { value, text: label, selected: chosen.has(value) })));
}

function withValue(control, field) {
  control.value = field.value ?? "";
  return control;
}

/** What a control holds; several choices are joined by commas, as the sandbox takes them. */
function valueOf(control) {
  if (!control.multiple) return control.value;
  return [...control.selectedOptions].map(({ value }) => value).join(",");
}

/** What is typed in an open modal, by field. */
export function typedIn(dialog) {
  return new Map([...dialog.querySelectorAll(".field [name]")].map((each) => [each.name, each.value]));
}
