// Lets a session be dragged in the drawing of a day. Without it the form below the drawing does the same.
(() => {
  "use strict";
  const drawing = document.querySelector(".day-grid");
  const form = document.getElementById("place-form");
  if (!drawing || !form) return;
  const STEP = 5;
  const perMinute = Number(drawing.dataset.perMinute);
  const columns = [...drawing.querySelectorAll(".grid-column")].map((column) => ({
    x: Number(column.dataset.x),
    room: column.dataset.room,
  }));
  const known = new Set([...form.to_room.options].map((option) => option.value));
  document.getElementById("drag-help").hidden = false;

  // The first line is drawn at a whole or half hour; what it is called stands beside it.
  const [hour, minute] = drawing.querySelector(".grid-line text").textContent.replace(/[AB]$/, "").split(".").map(Number);
  const top = Number(drawing.querySelector(".grid-line line").getAttribute("y1"));

  const clockAt = (y) => {
    const minutes = hour * 60 + minute + Math.round((y - top) / perMinute / STEP) * STEP;
    const within = Math.min(Math.max(minutes, 0), 24 * 60 - STEP);
    return `${String(Math.floor(within / 60)).padStart(2, "0")}.${String(within % 60).padStart(2, "0")}`;
  };

  const at = (event) => {
    const box = drawing.getBoundingClientRect();
    const scale = drawing.viewBox.baseVal.width / box.width;
    return { x: (event.clientX - box.left) * scale, y: (event.clientY - box.top) * scale };
  };

  for (const box of drawing.querySelectorAll(".grid-box")) {
    box.classList.add("draggable");
    let began = null;
    box.addEventListener("pointerdown", (event) => {
      began = at(event);
      box.setPointerCapture(event.pointerId);
      box.classList.add("dragged");
      event.preventDefault();
    });
    box.addEventListener("pointermove", (event) => {
      if (!began) return;
      const now = at(event);
      box.setAttribute("transform", `translate(${now.x - began.x} ${now.y - began.y})`);
    });
    const end = (event) => {
      if (!began) return;
      const now = at(event);
      const moved = Math.abs(now.y - began.y) > 6 || Math.abs(now.x - began.x) > 30;
      const y = Number(box.dataset.y) + now.y - began.y;
      began = null;
      box.classList.remove("dragged");
      box.removeAttribute("transform");
      if (event.type === "pointercancel" || !moved) return;
      const column = columns.filter((each) => each.x <= now.x).pop() || columns[0];
      form.session.value = box.dataset.session;
      form.to_time.value = clockAt(y);
      form.to_room.value = known.has(column.room) ? column.room : "";
      form.requestSubmit();
    };
    box.addEventListener("pointerup", end);
    box.addEventListener("pointercancel", end);
  }
})();
