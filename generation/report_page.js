"use strict";
// Filters of the maintainer's page. Rows are untrusted: they become text nodes, never markup.
(function () {
  const rows = JSON.parse(document.getElementById("rows").textContent);
  const form = document.getElementById("filters");
  const list = document.getElementById("list");
  const said = document.getElementById("said");
  const more = document.getElementById("more");
  const PAGE = 25;
  let found = [];
  let shown = 0;

  function make(tag, text, name) {
    const element = document.createElement(tag);
    element.textContent = text;
    if (name) element.className = name;
    return element;
  }

  function fillChoices(field) {
    const counts = new Map();
    for (const row of rows) counts.set(row[field], (counts.get(row[field]) || 0) + 1);
    for (const value of [...counts.keys()].sort()) {
      const choice = make("option", value + " (" + counts.get(value) + ")");
      choice.value = value;
      form.elements[field].append(choice);
    }
  }

  function fits(row) {
    const low = parseFloat(form.elements.low.value);
    const high = parseFloat(form.elements.high.value);
    const words = form.elements.words.value.toLowerCase();
    return ["task_type", "family", "verdict"].every((f) => !form.elements[f].value || row[f] === form.elements[f].value)
      && (Number.isNaN(low) || row.difficulty >= low)
      && (Number.isNaN(high) || row.difficulty <= high)
      && (!words || (row.id + "\n" + row.instruction + "\n" + row.input + "\n" + row.output).toLowerCase().includes(words));
  }

  function describe(row) {
    const details = document.createElement("details");
    const head = make("summary", row.id + "  ");
    head.append(make("span", row.verdict, row.verdict === "kept" ? "kept" : "dropped"));
    head.append("  " + row.task_type + "  " + row.family + "  " + row.difficulty + "  ", make("em", row.instruction));
    details.append(head);
    details.addEventListener("toggle", function () {  // a row's texts are only laid out when looked at
      if (details.childElementCount > 1) return;
      const facts = Object.entries(row.evidence).map((pair) => pair[0] + " " + pair[1]).join(" · ");
      details.append(make("p", facts, "facts"));
      if (row.detail) details.append(make("p", row.detail, "detail"));
      for (const name of ["input", "output"]) details.append(make("h5", name), make("pre", row[name]));
    });
    return details;
  }

  function showMore() {
    for (const row of found.slice(shown, shown + PAGE)) list.append(describe(row));
    shown = Math.min(shown + PAGE, found.length);
    said.textContent = found.length + " of " + rows.length + " rows, " + shown + " shown";
    more.hidden = shown === found.length;
  }

  function filter() {
    found = rows.filter(fits);
    shown = 0;
    list.replaceChildren();
    showMore();
  }

  for (const field of ["task_type", "family", "verdict"]) fillChoices(field);
  form.addEventListener("input", filter);
  form.addEventListener("reset", () => setTimeout(filter));
  form.addEventListener("submit", (event) => event.preventDefault());
  more.addEventListener("click", showMore);
  for (const link of document.querySelectorAll("button[data-reason]")) {
    link.addEventListener("click", function () {
      form.reset();
      form.elements.verdict.value = link.dataset.reason;
      setTimeout(filter);
      form.scrollIntoView();
    });
  }
  filter();
})();
