// The desk works without this file; it keeps what is being typed, guards against double
// sending, and knows a few keys.
"use strict";
(() => {
  const staff = document.body.dataset.staff;
  // By the form, not by the page: the same form may stand on a page after log-in.
  const keyOf = (box) => `hoidap:${staff}:${new URL(box.closest("form").action).pathname}`;
  const bare = (text) => text.replace(/\s+/g, "");
  const plain = (text) => text.replace(/\r\n?/g, "\n").trim();
  const words = document.querySelector("[data-words]").dataset;

  const stored = (key) => {
    try {
      return JSON.parse(localStorage.getItem(key));
    } catch {
      return null; // storage is switched off or holds something foreign
    }
  };
  const store = (key, value) => {
    try {
      if (value === null) localStorage.removeItem(key);
      else localStorage.setItem(key, JSON.stringify(value));
      return true;
    } catch {
      return false;
    }
  };

  // -- what is being typed ---------------------------------------------------------------------
  const clock = (at) => new Date(at).toLocaleTimeString("vi-VN", { hour: "2-digit", minute: "2-digit" });

  function say(note, text, label, act) {
    if (!note) return;
    note.textContent = text;
    note.hidden = !text;
    if (!label) return;
    const button = document.createElement("button");
    button.type = "button";
    button.className = "quiet";
    button.textContent = label;
    button.addEventListener("click", act);
    note.append(" ", button);
  }

  function keep(box) {
    const key = keyOf(box);
    const note = box.closest("form").querySelector("[data-kept-note]");
    const shown = box.value;
    const unsaved = "unsaved" in box.dataset;
    if (unsaved) store(key, { text: shown, base: "", at: Date.now() });
    const found = unsaved ? null : stored(key);
    // What was just sent is no draft any more; a long text went out in several messages.
    const sent = bare(found?.text ?? "") !== "" && bare(found.text) === bare(box.dataset.said ?? "");
    if (found && (sent || plain(found.text) === plain(shown))) store(key, null);
    else if (found && plain(found.base) === plain(box.defaultValue)) restore(box, note, key, found);
    else if (found) {
      // Somebody saved another text meanwhile: the person chooses.
      say(note, words.other.replace("{time}", clock(found.at)), words.take, () => restore(box, note, key, found));
    }
    let timer = 0;
    const save = () => {
      if (!unsaved && plain(box.value) === plain(box.defaultValue)) return store(key, null);
      const kept = store(key, { text: box.value, base: box.defaultValue, at: Date.now() });
      say(note, kept ? words.kept.replace("{time}", clock(Date.now())) : words.notKept);
      return kept;
    };
    box.addEventListener("input", () => {
      clearTimeout(timer);
      timer = setTimeout(save, 500);
    });
    addEventListener("pagehide", () => plain(box.value) !== plain(box.defaultValue) && save());
  }

  function restore(box, note, key, found) {
    box.value = found.text;
    box.closest("details")?.setAttribute("open", "");
    say(note, words.restored.replace("{time}", clock(found.at)), words.drop, () => {
      box.value = box.defaultValue;
      store(key, null);
      say(note, "");
    });
  }

  // What was sent and taken is no draft any more, also where its form stands empty again.
  const sentKey = `hoidap-sent:${staff}`;
  const taken = stored(sentKey);
  if (taken) store(sentKey, null);
  if (taken && document.querySelector(".note-done")) store(taken, null);
  document.querySelectorAll("[data-keep]").forEach(keep);

  // Nothing of one person stays in the browser for the next.
  document.querySelector("[data-logout]")?.addEventListener("submit", (event) => {
    const prefix = `hoidap:${staff}:`;
    const own = Object.keys(localStorage).filter((key) => key.startsWith(prefix));
    if (own.length && !confirm(words.leave)) return event.preventDefault();
    own.forEach((key) => localStorage.removeItem(key));
  });

  // -- three steps, for whoever was not here for three months ---------------------------------------
  const steps = document.querySelector("[data-steps]");
  if (steps) {
    const key = `hoidap-seen:${staff}`;
    const season = 90 * 24 * 3600 * 1000;
    steps.hidden = Date.now() - (stored(key) ?? 0) < season;
    if (steps.hidden) store(key, Date.now());
    steps.querySelector("button").addEventListener("click", () => {
      store(key, Date.now());
      steps.hidden = true;
    });
  }

  // -- one click, one action -------------------------------------------------------------------
  document.addEventListener("submit", (event) => {
    if (event.defaultPrevented) return;
    const form = event.target;
    if (form.dataset.sent) return event.preventDefault();
    if (form.method !== "post") return;
    form.dataset.sent = "yes";
    const typed = form.querySelector("[data-keep]");
    if (typed) store(sentKey, keyOf(typed));
    const button = event.submitter;
    if (!button?.dataset.pending) return;
    button.dataset.label = button.textContent;
    button.setAttribute("aria-busy", "true");
    button.textContent = button.dataset.pending;
  });
  addEventListener("pageshow", (event) => {
    if (!event.persisted) return;
    document.querySelectorAll("form[data-sent]").forEach((form) => delete form.dataset.sent);
    document.querySelectorAll("button[aria-busy]").forEach((button) => {
      button.removeAttribute("aria-busy");
      button.textContent = button.dataset.label;
    });
  });

  // -- officers of the chosen agency -----------------------------------------------------------
  const agency = document.querySelector("[data-key=assign]");
  const officers = document.querySelector("[data-officers]");
  if (agency && officers) {
    const groups = [...officers.querySelectorAll("optgroup")];
    const narrow = () => {
      groups.forEach((group) => group.remove());
      groups.filter((group) => group.dataset.agency === agency.value).forEach((group) => officers.append(group));
    };
    agency.addEventListener("change", () => {
      officers.value = "";
      narrow();
    });
    narrow();
  }

  // -- agencies that fit the chosen field stand first ------------------------------------------
  const fieldBox = document.querySelector("[data-field]");
  const places = document.querySelector("[data-agencies]");
  if (fieldBox && places) {
    const fitting = places.querySelector("[data-fitting]");
    const other = places.querySelector("[data-other]");
    const options = [...places.querySelectorAll("option[data-fields]")];
    options.sort((one, two) => one.textContent.localeCompare(two.textContent, "vi"));
    fieldBox.addEventListener("change", () => {
      const chosen = places.value;
      const fits = (option) => option.dataset.fields.split(" ").includes(fieldBox.value);
      options.forEach((option) => (fits(option) ? fitting : other).append(option));
      fitting.hidden = fitting.disabled = !fitting.children.length;
      places.value = chosen;
    });
  }

  // -- typing in --------------------------------------------------------------------------------
  const quick = document.querySelector("[data-quick-send]");
  if (quick) {
    quick.querySelector("[data-help-key]").hidden = false;
    quick.addEventListener("keydown", (event) => {
      if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) quick.requestSubmit();
    });
  }
  const printer = document.querySelector("[data-print]");
  if (printer) {
    printer.hidden = false;
    printer.addEventListener("click", () => print());
  }

  // -- keys ------------------------------------------------------------------------------------
  const help = document.getElementById("phim-tat");
  const opener = document.querySelector("[data-help]");
  if (help?.showModal && opener) {
    opener.hidden = false;
    opener.querySelector("button").addEventListener("click", () => help.showModal());
  }
  const rows = [...document.querySelectorAll("[data-row]")];
  const move = (step) => {
    if (!rows.length) return;
    const at = rows.indexOf(document.activeElement);
    rows[Math.min(Math.max(at + step, 0), rows.length - 1)].focus();
  };
  const goTo = (name, fragment) => {
    const target = document.querySelector(`[data-key=${name}]`);
    const row = rows.includes(document.activeElement) ? document.activeElement : rows[0];
    if (target) show(target);
    else if (row) location.href = `${row.href}#${fragment}`;
  };
  const show = (target) => {
    const pane = target.closest(".pane-facts") ? "xem-thong-tin" : "xem-tra-loi";
    const button = document.getElementById(pane);
    if (button) button.checked = true;
    target.closest("details")?.setAttribute("open", "");
    target.focus();
    target.scrollIntoView({ block: "center" });
  };
  const keys = {
    j: () => move(1),
    k: () => move(-1),
    a: () => goTo("assign", "agency"),
    r: () => goTo("answer", "text"),
    "/": () => document.querySelector("[data-key=search]")?.focus(),
    "?": () => help?.showModal?.(),
  };
  document.addEventListener("keydown", (event) => {
    const typing = event.target.closest?.("input:not([type=radio]), textarea, select, dialog[open]");
    if (typing || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    if (!(event.key in keys)) return;
    event.preventDefault();
    keys[event.key]();
  });
  for (const here of document.querySelectorAll(":is(.menu, .tabs) [aria-current]")) {
    here.scrollIntoView({ inline: "center", block: "nearest" });
  }
  // The newest message first in sight.
  const talk = document.querySelector(".talk-box");
  if (talk) talk.scrollTop = talk.scrollHeight;

  const asked = { "#agency": "assign", "#text": "answer" }[location.hash];
  if (asked) goTo(asked, "");
  document.getElementById("loi")?.focus();
})();
