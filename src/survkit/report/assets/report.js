// Tables sort by their headings and filter by the form above; without JavaScript they are plain.
"use strict";

const collator = new Intl.Collator("en", { numeric: true, sensitivity: "base" });

function numeric(text) {
  const found = text.replace(/^[<>]\s*/, "").match(/^[+-]?\d+(\.\d+)?/);
  return found ? Number(found[0]) : NaN;
}

function compare(first, second) {
  const [a, b] = [numeric(first), numeric(second)];
  if (!Number.isNaN(a) && !Number.isNaN(b) && a !== b) return a - b;
  return collator.compare(first, second);
}

function sort(table, heading, column) {
  const falling = heading.getAttribute("aria-sort") === "ascending";
  const text = (row) => row.cells[column].firstChild?.textContent.trim() ?? "";
  const rows = [...table.tBodies[0].rows].sort((a, b) => compare(text(a), text(b)));
  if (falling) rows.reverse();
  table.tBodies[0].append(...rows);
  for (const other of table.tHead.rows[0].cells) other.removeAttribute("aria-sort");
  heading.setAttribute("aria-sort", falling ? "descending" : "ascending");
}

function filter(form, table) {
  const asked = (name) => form.elements[name]?.value ?? "";
  const text = asked("text").trim().toLowerCase();
  const rows = [...table.tBodies[0].rows];
  for (const row of rows) {
    const shown =
      row.textContent.toLowerCase().includes(text) &&
      ["verdict", "role"].every((name) => !asked(name) || row.dataset[name] === asked(name));
    row.hidden = !shown;
  }
  const left = rows.filter((row) => !row.hidden).length;
  const word = rows.length === 1 ? table.dataset.row : table.dataset.rows;
  const among = left === rows.length ? "" : `${left} of `;
  form.querySelector("output").textContent = `${among}${rows.length} ${word}`;
}

for (const table of document.querySelectorAll("table.sortable")) {
  [...table.tHead.rows[0].cells].forEach((heading, column) => {
    const button = document.createElement("button");
    button.type = "button";
    button.append(...heading.childNodes);
    button.addEventListener("click", () => sort(table, heading, column));
    heading.append(button);
  });
  table.classList.add("sorts");
}

for (const form of document.querySelectorAll("form.filters")) {
  const table = document.getElementById(form.dataset.table);
  form.hidden = false;
  form.addEventListener("submit", (event) => event.preventDefault());
  form.addEventListener("input", () => filter(form, table));
}
