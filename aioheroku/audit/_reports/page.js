"use strict";
(() => {
  const table = document.getElementById("apps");
  if (!table) return;
  const bodies = [...table.tBodies];
  const status = document.getElementById("status");
  const form = document.querySelector(".controls");
  const filter = document.getElementById("filter");
  const kind = document.getElementById("kind");
  const headers = [...table.tHead.rows[0].cells];
  const collator = new Intl.Collator("en", { numeric: true, sensitivity: "base" });
  const plural = (number) => `${number.toLocaleString("en")} ${number === 1 ? "app" : "apps"}`;
  let texts;

  // Values that are not known come last, whichever way the rows are sorted.
  function sort(column, descending) {
    const numbers = headers[column].dataset.kind === "number";
    const keyed = bodies.map((body) => {
      const cell = body.rows[0].cells[column];
      const value = cell.dataset.value ?? cell.textContent.trim();
      return [numbers && value !== "" ? Number(value) : value, body];
    });
    keyed.sort(([one], [other]) => {
      if (one === "" || other === "") return (one === "") - (other === "");
      const order = numbers ? one - other : collator.compare(one, other);
      return descending ? -order : order;
    });
    bodies.splice(0, bodies.length, ...keyed.map(([, body]) => body));
    table.append(...bodies);
    texts = undefined;
    headers.forEach((header, number) => {
      if (number === column) header.setAttribute("aria-sort", descending ? "descending" : "ascending");
      else header.removeAttribute("aria-sort");
    });
  }

  function show() {
    texts ??= bodies.map((body) => body.textContent.toLowerCase());
    const words = filter.value.toLowerCase().split(/\s+/).filter(Boolean);
    let shown = 0;
    bodies.forEach((body, number) => {
      const kinds = body.dataset.kinds;
      const wanted = kind.value;
      const fits =
        !wanted ||
        (wanted === "*" ? kinds !== "" : wanted === "-" ? kinds === "" : ` ${kinds} `.includes(` ${wanted} `));
      const found = fits && words.every((word) => texts[number].includes(word));
      if (body.hidden === found) body.hidden = !found;
      shown += found;
    });
    const all = bodies.length;
    const some = words.length || kind.value;
    status.textContent = !some ? `${plural(all)}.` : shown ? `${plural(shown)} of ${all.toLocaleString("en")}.` : "No app fits. Clear the filter to see all.";
  }

  // On a phone rows are shown as blocks: the roles keep them rows for those who listen.
  for (const body of bodies) {
    body.setAttribute("role", "rowgroup");
    for (const row of body.rows) {
      row.setAttribute("role", "row");
      for (const cell of row.cells) cell.setAttribute("role", cell.tagName === "TH" ? "rowheader" : "cell");
    }
  }
  headers.forEach((header, column) => {
    const title = header.querySelector(".title");
    const button = document.createElement("button");
    button.type = "button";
    button.append(...title.childNodes);
    title.replaceWith(button);
    button.addEventListener("click", () => {
      const now = header.getAttribute("aria-sort");
      const first = header.dataset.kind === "number";
      sort(column, now ? now === "ascending" : first);
    });
  });
  filter.addEventListener("input", show);
  kind.addEventListener("change", show);
  form.addEventListener("submit", (event) => event.preventDefault());
  form.addEventListener("reset", () => queueMicrotask(() => { filter.value = ""; kind.value = ""; show(); filter.focus(); }));
  form.hidden = false;
  for (const button of document.querySelectorAll(".show")) {
    button.hidden = false;
    button.addEventListener("click", () => {
      filter.value = "";
      kind.value = button.dataset.kind;
      show();
      const title = document.getElementById("apps-title");
      title.scrollIntoView();
      title.focus({ preventScroll: true });
    });
  }
})();
