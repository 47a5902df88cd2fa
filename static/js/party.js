/*
 * Comfort for a party: people are added, taken out and read from a list without the page being loaded anew.
 * The server writes the same page as it does without script; only the part with the form is exchanged.
 */
document.addEventListener("click", async (event) => {
  const button = event.target.closest("button[data-swap]");
  if (!button) return;
  event.preventDefault();
  const form = button.form;
  const typed = new FormData(form);
  typed.append(button.name, button.value);
  form.setAttribute("aria-busy", "true");
  try {
    const response = await fetch(form.action, { method: "POST", body: new URLSearchParams(typed) });
    const page = new DOMParser().parseFromString(await response.text(), "text/html");
    const fresh = page.getElementById(form.id);
    if (!response.ok || !fresh) throw new Error(response.statusText);
    form.replaceWith(fresh);
    const focus = fresh.querySelector("[autofocus]");
    if (focus) {
      focus.focus();
      focus.scrollIntoView({ block: "center" });
    }
  } catch {
    form.removeAttribute("aria-busy");
    delete button.dataset.swap;
    button.click(); // as it works without script
  }
});
