// The page works without this file. It keeps every field while it is typed, and applies a masked
// place as soon as it is pressed.
"use strict";
(() => {
  const form = document.querySelector("[data-keep-all]");
  const words = document.querySelector("[data-words]")?.dataset;
  if (!form || !words) return;
  const key = `hoidap:${document.body.dataset.staff}:${new URL(form.action).pathname}`;
  const note = form.querySelector("[data-kept-note]");
  const boxes = [...form.querySelectorAll("textarea, input[name=title]")];
  const clock = (at) => new Date(at).toLocaleTimeString("vi-VN", { hour: "2-digit", minute: "2-digit" });
  const plain = (text) => text.replace(/\r\n?/g, "\n").trim();
  const version = form.elements.version?.value ?? "";
  const values = () => Object.fromEntries(boxes.map((box) => [box.name, box.value]));
  const changed = () => "unsaved" in form.dataset || boxes.some((box) => plain(box.value) !== plain(box.defaultValue));

  const read = () => {
    try {
      return JSON.parse(localStorage.getItem(key));
    } catch {
      return null; // storage is switched off or holds something foreign
    }
  };
  const write = (value) => {
    try {
      if (value === null) localStorage.removeItem(key);
      else localStorage.setItem(key, JSON.stringify(value));
      return true;
    } catch {
      return false;
    }
  };
  const say = (text, label, act) => {
    note.textContent = text;
    note.hidden = !text;
    if (!label) return;
    const button = document.createElement("button");
    button.type = "button";
    button.className = "quiet";
    button.textContent = label;
    button.addEventListener("click", act);
    note.append(" ", button);
  };
  const restore = (found) => {
    boxes.forEach((box) => {
      if (box.name in found.texts) box.value = found.texts[box.name];
    });
    say(words.restored.replace("{time}", clock(found.at)), words.drop, () => {
      boxes.forEach((box) => {
        box.value = box.defaultValue;
      });
      write(null);
      say("");
    });
  };
  const save = () => {
    if (!changed()) return write(null);
    const kept = write({ texts: values(), version, at: Date.now() });
    say(kept ? words.kept.replace("{time}", clock(Date.now())) : words.notKept);
    return kept;
  };

  const found = "unsaved" in form.dataset ? null : read();
  const same = found && boxes.every((box) => plain(found.texts[box.name] ?? "") === plain(box.value));
  if (same) write(null);
  else if (found && found.version === version) restore(found);
  else if (found) say(words.other.replace("{time}", clock(found.at)), words.take, () => restore(found));
  if ("unsaved" in form.dataset) write({ texts: values(), version, at: Date.now() });

  let timer = 0;
  form.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(save, 500);
  });
  addEventListener("pagehide", () => changed() && save());

  const apply = form.querySelector("[data-apply]");
  if (!apply) return;
  apply.hidden = true;
  form.addEventListener("change", (event) => {
    if (event.target.name === "masked") form.requestSubmit(apply);
  });
})();
