"use strict";
// Sorting by the head of a column, and a filter over the findings. The page is complete without this.
(() => {
  const key = (row, index) => {
    const cell = row.cells[index];
    return cell.dataset.sort ?? cell.textContent.trim();
  };
  const compare = (a, b) => {
    const numbers = a !== "" && b !== "" && !isNaN(a) && !isNaN(b);
    return numbers ? a - b : a.localeCompare(b, "en", { numeric: true });
  };
  const sort = (table, head) => {
    const index = head.cellIndex;
    const down = head.getAttribute("aria-sort") === "ascending";
    for (const other of table.tHead.rows[0].cells) other.removeAttribute("aria-sort");
    head.setAttribute("aria-sort", down ? "descending" : "ascending");
    const body = table.tBodies[0];
    const rows = [...body.rows].sort((a, b) => compare(key(a, index), key(b, index)));
    body.append(...(down ? rows.reverse() : rows));
  };
  for (const table of document.querySelectorAll("table.sortable")) {
    for (const head of table.tHead.rows[0].cells) {
      const button = document.createElement("button");
      button.type = "button";
      button.append(...head.childNodes);
      button.addEventListener("click", () => sort(table, head));
      head.append(button);
    }
  }
  const input = document.getElementById("search");
  if (!input) return;
  const owners = [...document.querySelectorAll("#findings details.owner")];
  const folded = owners.map((owner) => owner.open);
  input.closest(".search").hidden = false;
  input.addEventListener("input", () => {
    const words = input.value.toLowerCase().split(/\s+/).filter(Boolean);
    let shown = 0;
    owners.forEach((owner, index) => {
      const name = owner.querySelector("summary").textContent.toLowerCase();
      let here = 0;
      for (const row of owner.querySelectorAll("tbody tr")) {
        const text = name + " " + row.textContent.toLowerCase();
        row.hidden = !words.every((word) => text.includes(word));
        here += !row.hidden;
      }
      owner.hidden = words.length > 0 && here === 0;
      owner.open = words.length > 0 ? here > 0 : folded[index];
      shown += here;
    });
    input.nextElementSibling.textContent = words.length ? shown + " listed" : "";
  });
})();
