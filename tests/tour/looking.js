// Each message of the bot's, each Home tab in front, each open form and each passing line, as lines
// of text with its buttons in brackets. A passing line is given once.
(() => {
  const words = (node) => [...node.childNodes].map((each) => {
    if (each.nodeType === Node.TEXT_NODE) return each.textContent;
    if (each.matches(".press, summary, .choices, input")) return "";
    return each.matches("s") ? `~${words(each)}~` : words(each);
  }).join("");
  const label = (node) => {
    if (node.matches("summary")) return node.textContent === "⋯" ? "[⋯]" : `[${node.textContent} ▾]`;
    return node.closest(".file") ? `[Save ${node.textContent}]` : `[${node.textContent}]`;
  };
  const labels = (node) => [...node.querySelectorAll(".press, .row summary")].map(label).join(" ");
  const ticked = (node) => {
    const box = node.querySelector("input[type=checkbox]");
    if (!box) return words(node);
    const detail = node.querySelector(".context");
    const title = words(node.querySelector(".text")).replace(detail?.textContent ?? "", "");
    const below = detail ? `\n    ${detail.textContent}` : "";
    return `${box.checked ? "[x]" : "[ ]"} ${title}${below}`;
  };
  const drawn = (node) => {
    if (node.matches("hr")) return [];
    if (node.matches("img")) return [`(picture: ${node.alt})`];
    if (node.matches(".buttons")) return [...node.querySelectorAll(".row")].map(labels);
    if (node.matches(".item")) return [[ticked(node), labels(node)].filter(Boolean).join("  ")];
    if (node.matches(".file")) return [labels(node)];
    return words(node).split("\n");
  };
  const field = (node) => {
    const control = node.querySelector("input, textarea, select");
    const value = control.matches("select")
      ? [...control.selectedOptions].map((each) => each.textContent).join(", ") : control.value;
    return `${node.querySelector("label").textContent}: ${value}`;
  };
  const shown = [];
  for (const pane of document.querySelectorAll(".pane")) {
    const person = pane.dataset.person;
    const add = (kind, id, where, lines) => shown.push({ person, kind, id, where,
      text: lines.map((each) => each.trimEnd()).filter(Boolean).join("\n") });
    for (const log of pane.querySelectorAll(".log")) {
      const tab = document.getElementById(log.getAttribute("aria-labelledby"));
      const where = tab.firstChild.textContent;
      if (log.classList.contains("home")) {
        if (!log.hidden) add("home", log.id, where, [...log.children].flatMap(drawn));
        continue;
      }
      for (const message of log.querySelectorAll(".message.bot")) {
        const bubble = [...message.querySelector(".bubble").children].flatMap(drawn);
        const only = message.classList.contains("ephemeral") ? "(only visible to you)" : "";
        add("message", `${tab.dataset.chat}/${message.dataset.id}`, where, [only, ...bubble]);
      }
    }
    for (const dialog of pane.querySelectorAll("dialog[open]")) {
      const parts = [...dialog.querySelector(".fields").children].flatMap((each) =>
        each.matches(".field") ? [field(each)] : drawn(each));
      const buttons = [...dialog.querySelectorAll("footer button")].filter((each) => !each.hidden);
      const title = dialog.querySelector("h3").textContent;
      add("form", `form ${dialog.dataset.view}`, "",
        [title, ...parts, buttons.map((each) => `[${each.textContent}]`).join(" ")]);
    }
    for (const toast of pane.querySelectorAll(".toast:not([data-told])")) {
      toast.dataset.told = "yes";
      add("toast", `toast ${performance.now()} ${toast.textContent}`, "", [toast.textContent]);
    }
  }
  return shown;
})()
