
"use strict";
const box = document.getElementById("q");
const shown = document.getElementById("shown");
const rows = [...document.querySelectorAll("tbody tr")].map((row) => [row, row.textContent.toLowerCase()]);

function search() {
  const words = box.value.toLowerCase().split(/\s+/).filter(Boolean);
  let count = 0;
  for (const [row, text] of rows) {
    row.hidden = !words.every((word) => text.includes(word));
    count += !row.hidden;
  }
  for (const map of document.querySelectorAll("details"))
    if (words.length && map.querySelector("tbody tr")) map.open = Boolean(map.querySelector("tbody tr:not([hidden])"));
  for (const section of document.querySelectorAll("section")) {
    const none = section.querySelector(".none");
    if (none) none.hidden = !words.length || Boolean(section.querySelector("tbody tr:not([hidden])"));
  }
  shown.textContent = words.length ? count + " of " + rows.length + " rows" : "";
}

function value(row, column) {
  const cell = row.cells[column];
  const given = cell.dataset.v;
  return given === undefined ? cell.textContent.trim().toLowerCase() : Number(given);
}

function sort(button) {
  const head = button.closest("th");
  const table = head.closest("table");
  const down = head.getAttribute("aria-sort") === "ascending" || (head.dataset.first === "down" && !head.hasAttribute("aria-sort"));
  for (const other of table.tHead.rows[0].cells) other.removeAttribute("aria-sort");
  head.setAttribute("aria-sort", down ? "descending" : "ascending");
  const body = table.tBodies[0];
  const sorted = [...body.rows].map((row) => [value(row, head.cellIndex), row]);
  sorted.sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0) * (down ? -1 : 1));
  body.append(...sorted.map(([, row]) => row));
}

box.addEventListener("input", search);
document.addEventListener("click", (event) => {
  const button = event.target.closest("th button");
  if (button) sort(button);
});
document.addEventListener("keydown", (event) => {
  if (event.key === "/" && document.activeElement !== box) {
    event.preventDefault();
    box.focus();
  }
});
search();
