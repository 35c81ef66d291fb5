// The page works without this. It keeps what is shown fresh, puts times into the reader's zone and listens to keys.
"use strict";

const main = document.getElementById("main");

function showTimes(within) {
  const format = new Intl.DateTimeFormat(undefined, { dateStyle: "medium", timeStyle: "medium" });
  for (const time of within.querySelectorAll("time[datetime]")) {
    const at = new Date(time.dateTime);
    time.title = format.format(at);
    if (/^\d{4}-/.test(time.textContent)) {
      time.textContent = new Intl.DateTimeFormat(undefined, { dateStyle: "medium", timeStyle: "short" }).format(at);
    }
  }
}

// -- live: fetch the same page again and take over its content ---------------------------------------

let lastTag = null;

function isFilledIn(field) {
  if (field.matches("select")) return [...field.options].some((one, at) => one.selected !== (one.defaultSelected || (at === 0 && !field.querySelector("[selected]"))));
  return field.type !== "hidden" && field.value !== field.defaultValue;
}

function isBusy() {
  const active = document.activeElement;
  const selected = document.getSelection();
  return document.hidden || [...main.querySelectorAll("input, textarea, select")].some(isFilledIn) ||
    (selected && !selected.isCollapsed) || main.querySelector("details[open]") !== null ||
    (active && main.contains(active) && active !== main && active.matches("input, textarea, select, button"));
}

async function refresh() {
  if (isBusy()) return;
  try {
    const answer = await fetch(location.href, { headers: lastTag ? { "If-None-Match": lastTag } : {} });
    document.body.classList.toggle("stale", !answer.ok && answer.status !== 304);
    if (!answer.ok) return;
    lastTag = answer.headers.get("ETag");
    const fresh = new DOMParser().parseFromString(await answer.text(), "text/html").getElementById("main");
    if (!fresh || isBusy()) return;
    const focused = document.activeElement && document.activeElement.id;
    main.replaceChildren(...fresh.childNodes);
    showTimes(main);
    if (focused && focused !== "main") document.getElementById(focused)?.focus();
  } catch {
    document.body.classList.add("stale");
  }
}

// -- a form that answers as one types: its part of the page is fetched and taken over ------------------

function watch(form) {
  const target = document.getElementById(form.dataset.answers);
  let waiting = null;
  let asked = 0;
  async function ask() {
    const mine = ++asked;
    const address = form.action.split("?")[0] + "?" + new URLSearchParams(new FormData(form));
    try {
      const answer = await fetch(address);
      const text = await answer.text();
      if (mine !== asked) return;
      const fresh = new DOMParser().parseFromString(text, "text/html").getElementById(target.id);
      if (fresh) {
        target.replaceChildren(...fresh.childNodes);
        showTimes(target);
        history.replaceState(null, "", address);
      }
    } catch {
      document.body.classList.add("stale");
    }
  }
  form.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(ask, 150);
  });
}

// -- copy ---------------------------------------------------------------------------------------------

function copies(button) {
  button.hidden = false;
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(document.getElementById(button.dataset.copies).textContent);
    const words = button.textContent;
    button.textContent = "Copied";
    setTimeout(() => { button.textContent = words; }, 1500);
  });
}

// -- keys ---------------------------------------------------------------------------------------------

function step(by) {
  const items = [...main.querySelectorAll(".item, tbody tr")];
  const at = items.findIndex((item) => item.contains(document.activeElement));
  const next = items[Math.min(Math.max(at + by, 0), items.length - 1)];
  const target = next && (next.querySelector("a, button") || next);
  if (target) target.focus();
}

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.target.matches("input, textarea, select")) return;
  const pages = document.querySelectorAll("header nav a");
  if (event.key === "/") {
    const search = main.querySelector("input[type=search], textarea");
    if (search) { search.focus(); event.preventDefault(); }
  } else if (event.key === "j") step(1);
  else if (event.key === "k") step(-1);
  else if (event.key === "o" && document.activeElement.href) document.activeElement.click();
  else if (/^[1-9]$/.test(event.key) && pages[event.key - 1]) location.href = pages[event.key - 1].href;
});

showTimes(document);
document.querySelectorAll("form[data-answers]").forEach(watch);
document.querySelectorAll("button[data-copies]").forEach(copies);
document.querySelectorAll(".keys").forEach((keys) => { keys.hidden = false; });
if (main.dataset.live) setInterval(refresh, Number(main.dataset.live) * 1000);
