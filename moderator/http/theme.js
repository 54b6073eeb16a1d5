// Light or dark: as the system prefers, until the button says otherwise. For every page that has one.

const root = document.documentElement, button = document.getElementById("theme");
const preferred = matchMedia("(prefers-color-scheme: dark)");

function use(name) {
  root.dataset.theme = name;
  button.textContent = name === "dark" ? "Light" : "Dark";
}

preferred.addEventListener("change", () => use(preferred.matches ? "dark" : "light"));
button.addEventListener("click", () => use(root.dataset.theme === "dark" ? "light" : "dark"));
use(preferred.matches ? "dark" : "light");
