// Comfort only: questions can be dragged within their section; the buttons do the same without.
(() => {
  "use strict";
  const form = document.querySelector("[data-builder]");
  if (!form) return;
  for (const list of form.querySelectorAll(".asked")) {
    const rows = () => [...list.children];
    let dragged = null;
    let from = 0;
    for (const row of rows()) {
      if (!row.querySelector('[value^="up:question:"]')) continue;
      row.draggable = true;
      row.addEventListener("dragstart", () => {
        dragged = row;
        from = rows().indexOf(row);
        row.classList.add("dragged");
      });
      row.addEventListener("dragover", (event) => {
        if (!dragged || dragged === row) return;
        event.preventDefault();
        const after = rows().indexOf(row) > rows().indexOf(dragged);
        list.insertBefore(dragged, after ? row.nextSibling : row);
      });
      row.addEventListener("dragend", async () => {
        row.classList.remove("dragged");
        const steps = rows().indexOf(row) - from;
        const button = row.querySelector(`[value^="${steps < 0 ? "up" : "down"}:question:"]`);
        dragged = null;
        for (let step = Math.abs(steps); step > 1; step -= 1) {
          const data = new FormData(form);
          data.set("do", button.value);
          await fetch(location.href, { method: "POST", body: data, redirect: "manual" });
        }
        if (steps) button.click();
      });
    }
  }
})();
