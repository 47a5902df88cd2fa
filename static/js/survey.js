// Comfort only: every page of a survey works without it.
(() => {
  "use strict";
  const prefix = "survey:";
  const sent = document.querySelector("[data-sent]");
  if (sent) {
    localStorage.removeItem(prefix + sent.dataset.sent);
    return;
  }
  const form = document.querySelector("form.survey");
  if (!form) return;
  const fields = () => [...form.elements].filter((each) => /^q[0-9a-f]{12}v/.test(each.name));

  // Questions that depend on an answer on the same page are hidden until it is given.
  const conditional = [...form.querySelectorAll("[data-show-if]")];
  const show = () => {
    const chosen = new Set(
      fields().filter((each) => each.checked).map((each) => `${each.name.slice(1, 13)}=${each.value}`),
    );
    for (const question of conditional) {
      question.hidden = !question.dataset.showIf.split(" ").some((wanted) => chosen.has(wanted));
    }
  };
  form.addEventListener("change", show);

  const said = form.querySelector("[data-saved-at]");
  const tell = (text) => {
    if (said) said.textContent = text;
  };
  let timer = 0;
  const soon = (save) => {
    clearTimeout(timer);
    timer = setTimeout(save, 1500);
  };

  if (form.dataset.mode === "link") {
    const save = async () => {
      const data = new URLSearchParams(new FormData(form));
      data.set("go", "save");
      try {
        const answer = await fetch(location.href, { method: "POST", body: data });
        tell(answer.ok ? form.dataset.saved : form.dataset.unsaved);
      } catch {
        tell(form.dataset.unsaved);
      }
    };
    form.addEventListener("input", () => soon(save));
    form.addEventListener("submit", () => clearTimeout(timer));
  } else {
    // Nothing of an anonymous answer is kept by us; this browser may keep it if its owner says so.
    const name = prefix + form.dataset.survey;
    const keep = form.querySelector("[data-keep]");
    const box = keep && keep.querySelector("input");
    if (box) {
      keep.hidden = false;
      const kept = JSON.parse(localStorage.getItem(name) || "null");
      box.checked = kept !== null;
      for (const each of fields()) {
        if (!kept || !(each.name in kept) || each.type === "hidden") continue;
        if (each.type === "radio" || each.type === "checkbox") each.checked = kept[each.name].includes(each.value);
        else if (!each.value) each.value = kept[each.name][0] || "";
      }
      const save = () => {
        if (!box.checked) {
          localStorage.removeItem(name);
          return;
        }
        const typed = {};
        for (const [field, value] of new FormData(form)) {
          if (/^q[0-9a-f]{12}v/.test(field)) (typed[field] ??= []).push(value);
        }
        localStorage.setItem(name, JSON.stringify(typed));
        tell(form.dataset.saved);
      };
      form.addEventListener("input", () => soon(save));
      form.addEventListener("submit", save);
    }
  }
  show();
})();
