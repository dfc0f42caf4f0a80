// Shows what the stream brings and sends forms without leaving the page.
"use strict";

const log = document.getElementById("log");
const scroll = document.getElementById("scroll");
const notice = document.getElementById("notice");
const words = document.body.dataset;
const NEAR_END = 120; // pixels from the end at which new messages are followed

function atEnd() {
  return scroll.scrollHeight - scroll.scrollTop - scroll.clientHeight < NEAR_END;
}

function toEnd() {
  scroll.scrollTop = scroll.scrollHeight;
}

function tell(text) {
  notice.textContent = text;
  notice.hidden = !text;
}

function fragment(html) {
  const template = document.createElement("template");
  template.innerHTML = html.trim();
  return template.content;
}

// A bubble with a known id is replaced, and only when it differs, so nothing is read out twice.
function showBubble({ key, html }) {
  const fresh = fragment(html).firstElementChild;
  const old = document.getElementById(`b-${key}`);
  const follow = atEnd();
  document.getElementById("empty").hidden = true;
  if (!old) log.append(fresh);
  else if (old.outerHTML !== fresh.outerHTML) old.replaceWith(fresh);
  if (follow) toEnd();
}

function showPart({ name, html }) {
  const place = document.getElementById(name);
  const follow = atEnd();
  const open = [...place.querySelectorAll("details[open]")].map((item) => item.id);
  place.replaceChildren(fragment(html));
  for (const id of open) document.getElementById(id)?.setAttribute("open", "");
  if (follow) toEnd();
}

function listen() {
  const stream = new EventSource(words.stream);
  let lost = false;
  stream.addEventListener("bubble", (event) => showBubble(JSON.parse(event.data)));
  stream.addEventListener("part", (event) => showPart(JSON.parse(event.data)));
  stream.addEventListener("open", () => {
    if (lost) tell(words.back);
    if (lost) setTimeout(() => tell(""), 3000);
    lost = false;
  });
  stream.addEventListener("error", () => {
    lost = true;
    tell(words.lost);
    // After some answers of a restarting server the browser gives up by itself.
    if (stream.readyState === EventSource.CLOSED) setTimeout(listen, 1500);
  });
}

async function send(form, submitter) {
  const body = new URLSearchParams(new FormData(form));
  if (submitter && submitter.name) body.set(submitter.name, submitter.value);
  if (submitter) submitter.setAttribute("aria-busy", "true");
  try {
    const reply = await fetch(form.action, {
      method: "POST",
      body,
      headers: { Accept: "application/json" },
    });
    if (!reply.ok) throw new Error(String(reply.status));
    tell("");
    if ("keep" in form.dataset) form.reset();
    form.closest("details.pop")?.removeAttribute("open");
    toEnd();
  } catch {
    tell(words.failed);
  } finally {
    if (submitter) submitter.removeAttribute("aria-busy");
  }
}

document.addEventListener("submit", (event) => {
  if (!event.target.matches("form[data-quiet]")) return;
  event.preventDefault();
  if (event.submitter?.getAttribute("aria-busy")) return;
  const inside = event.target.closest("#chips, .panel");
  send(event.target, event.submitter);
  if (inside) document.getElementById("text").focus({ preventScroll: true });
});

document.addEventListener("change", (event) => {
  const form = event.target.closest("form[data-auto]");
  if (form) form.requestSubmit();
});

document.getElementById("text").addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
  event.preventDefault();
  event.target.form.requestSubmit();
});

document.addEventListener("keydown", (event) => {
  const open = event.key === "Escape" && document.querySelector("details.pop[open]");
  if (!open) return;
  open.removeAttribute("open");
  open.querySelector("summary").focus();
});

document.addEventListener("click", (event) => {
  for (const open of document.querySelectorAll("details.pop[open]")) {
    if (!open.contains(event.target)) open.removeAttribute("open");
  }
});

toEnd();
listen();
