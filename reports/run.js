(() => {
"use strict";
// Filters: every case stands at its row, and the telling ones in an article of their own.
const form = document.getElementById("filter");
const box = id => document.getElementById("filter-" + id);
const words = element => (element.textContent || "").toLowerCase().replace(/\s+/g, " ");
if (form) {
  const said = box("said"), text = box("text"), keys = ["p", "e", "v", "c"].filter(box);
  const main = document.getElementById("main");
  let cases = null, rows = null, opened = [];
  const read = () => {
    cases = [];
    for (const row of main.querySelectorAll("li[data-v]")) {
      const article = document.getElementById(row.id.slice(0, -"-row".length));
      const one = {row, article, words: words(row) + (article ? " " + words(article) : ""), ids: null};
      cases.push(one);
    }
    rows = [...main.querySelectorAll(".matrix tbody tr")].map(row => ({
      row, id: row.querySelector(".id").textContent, words: words(row.querySelector("th")),
    }));
  };
  const show = (element, seen) => { if (element.hidden === seen) element.hidden = !seen; };
  const apply = () => {
    if (!cases) read();
    const sought = text.value.toLowerCase().trim().split(/\s+/).filter(Boolean);
    const chosen = keys.map(key => [key, box(key).value]).filter(pair => pair[1] !== "");
    const active = sought.length > 0 || chosen.length > 0;
    const has = all => sought.every(word => all.includes(word));
    const ids = new Set();
    let n = 0;
    for (const one of cases) {
      const seen = chosen.every(([key, value]) => (one.row.dataset[key] || "") === value) && has(one.words);
      show(one.row, seen);
      if (one.article) show(one.article, seen);
      if (!seen) continue;
      n++;
      if (active) for (const id of one.row.querySelectorAll(".ids .id")) ids.add(id.textContent);
    }
    for (const one of rows) show(one.row, !active || ids.has(one.id) || (chosen.length === 0 && has(one.words)));
    for (const group of main.querySelectorAll(".cause, .others, #cases .group, #requirements .group")) {
      const kept = "[data-v]:not([hidden]), .matrix tbody tr:not([hidden])";
      show(group, !active || group.querySelector(kept) !== null);
    }
    for (const section of main.querySelectorAll("#broken, #errors, #lesser")) {
      show(section, !active || section.querySelector("[data-v]:not([hidden])") !== null);
    }
    for (const id of ["set-up", "steps", "untested", "measured"]) {
      const section = document.getElementById(id);
      if (section) show(section, !active);
    }
    for (const details of opened) details.open = false;
    opened = [];
    if (active && n <= 200) {
      for (const details of main.querySelectorAll(".others:not([open]), #cases .group:not([open])")) {
        if (!details.hidden) { details.open = true; opened.push(details); }
      }
    }
    said.textContent = active ? n.toLocaleString("en") + " of " + cases.length.toLocaleString("en") + " cases" :
      cases.length.toLocaleString("en") + " cases";
  };
  let due = 0;
  const later = () => { clearTimeout(due); due = setTimeout(apply, 120); };
  form.addEventListener("input", later);
  form.addEventListener("submit", event => { event.preventDefault(); clearTimeout(due); apply(); });
  form.addEventListener("reset", later);
  form.hidden = false;
  said.textContent = main.querySelectorAll("li[data-v]").length.toLocaleString("en") + " cases";
}

// A link into something that is closed opens it.
const reveal = () => {
  let element = null;
  try { element = document.getElementById(decodeURIComponent(location.hash.slice(1))); } catch { return; }
  if (!element) return;
  for (let at = element; at; at = at.parentElement) if (at.tagName === "DETAILS") at.open = true;
  element.scrollIntoView();
};
addEventListener("hashchange", reveal);
if (location.hash) reveal();

// Commands are copied as they stand.
for (const pre of document.querySelectorAll(".curl pre")) {
  const button = document.createElement("button");
  button.type = "button";
  button.textContent = "Copy as curl";
  const told = document.createElement("span");
  told.setAttribute("role", "status");
  button.addEventListener("click", async () => {
    let copied = false;
    try { await navigator.clipboard.writeText(pre.textContent); copied = true; } catch {
      getSelection().selectAllChildren(pre);
      copied = document.execCommand("copy");
    }
    told.textContent = copied ? " copied" : " select it and copy by hand";
  });
  pre.before(button, told);
}
})();
