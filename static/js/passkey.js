// Says in words that a passkey could not be used; without it the page would keep silent.
document.addEventListener("allauth.error", (event) => {
  event.preventDefault();
  const trouble = document.getElementById("passkey_trouble");
  if (!trouble) return;
  trouble.hidden = false;
  trouble.focus();
});
