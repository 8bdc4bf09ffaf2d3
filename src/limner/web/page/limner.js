// The wall of faces: fetches people in pages as the visitor scrolls or searches. All text goes in by textContent.
"use strict";

const PAGE = 100; // people asked for at once; the server allows 200
const AHEAD = 1.5; // heights of the window kept filled below it
const SMALL = devicePixelRatio > 1 ? 320 : 160; // pixels of a face on the wall
const PAUSE = 180; // milliseconds without a key before a search starts

const at = (id) => document.getElementById(id);
const wall = at("wall"), query = at("query"), count = at("count"), notice = at("notice"), person = at("person");

// -- what to show ------------------------------------------------------------------------------------------------

let search = null; // the one going on: { text, cursor, found, total, done, busy, abort }

function start(text) {
  search?.abort.abort();
  search = { text, cursor: null, found: 0, total: null, done: false, busy: false, abort: new AbortController() };
  wall.setAttribute("aria-busy", "true");
  notice.hidden = true;
  fill(search);
}

/** Ask for more until the window is full; a search may need several answers without anybody in them. */
async function fill(mine) {
  if (mine.busy || mine.done) return;
  mine.busy = true;
  try {
    while (!mine.done && (mine.found === 0 || at("end").getBoundingClientRect().top < innerHeight * (1 + AHEAD))) {
      const page = await ask(mine);
      if (mine !== search) return;
      show(mine, page);
    }
    tell(mine);
  } catch (trouble) {
    if (mine === search && !mine.abort.signal.aborted) fail(mine, trouble);
  } finally {
    mine.busy = false;
  }
}

class Trouble extends Error {
  constructor(title, advice) {
    super(title);
    this.advice = advice;
  }
}

const CLOSED = ["The door is closed",
  "This wall is shown only where the rules allow it: from the office network or VPN, or when signed in."];

async function ask(mine) {
  const asked = new URLSearchParams({ limit: PAGE });
  if (mine.text) asked.set("q", mine.text);
  if (mine.cursor !== null) asked.set("after", mine.cursor);
  let answer, body;
  try {
    answer = await fetch(`/people.json?${asked}`, {
      signal: mine.abort.signal, redirect: "manual", headers: { Accept: "application/json" },
    });
    if (answer.ok) body = await answer.text();
  } catch (why) {
    if (mine.abort.signal.aborted) throw why;
    throw new Trouble("No answer", "The server cannot be reached. Are you still on the network?");
  }
  // A refused visitor may be redirected or given a picture instead: both mean no.
  const json = answer.headers.get("Content-Type")?.startsWith("application/json");
  if (answer.type === "opaqueredirect" || [401, 403].includes(answer.status) || (answer.ok && !json)) {
    throw new Trouble(...CLOSED);
  }
  if (answer.status === 429) throw new Trouble("Too many faces for now", "Please wait a little and try again.");
  if (!answer.ok) throw new Trouble("Something went wrong", `The server answered ${answer.status}.`);
  try {
    const page = JSON.parse(body);
    if (!Array.isArray(page.people) || (page.next !== null && page.next === mine.cursor)) throw new SyntaxError();
    return page;
  } catch {
    throw new Trouble("Something went wrong", "The server's answer cannot be read.");
  }
}

function show(mine, page) {
  if (mine.cursor === null) {
    wall.replaceChildren();
    scrollTo(0, 0);
  }
  wall.append(...page.people.map(face));
  mine.found += page.people.length;
  mine.total = page.count;
  mine.cursor = page.next;
  mine.done = page.next === null;
}

function tell(mine) {
  const number = (n) => n.toLocaleString();
  const people = (n) => `${number(n)} ${n === 1 ? "person" : "people"}`;
  wall.setAttribute("aria-busy", "false");
  if (mine.text) count.textContent = mine.done ? `${number(mine.found)} found` : `${number(mine.found)} found so far`;
  else count.textContent = people(mine.total);
  if (mine.found > 0) return;
  if (mine.text) say(`Nobody found for “${mine.text}”`, "Try a part of the name, or of the mail address.");
  else say("Nobody is here yet", "Faces appear as soon as the first photos are in the library.");
}

function say(title, advice) {
  notice.className = "";
  notice.querySelector("h2").textContent = title;
  notice.querySelector("p").textContent = advice;
  at("retry").hidden = true;
  notice.hidden = false;
}

function fail(mine, trouble) {
  if (mine.cursor === null) wall.replaceChildren();
  wall.setAttribute("aria-busy", "false");
  count.textContent = "";
  say(trouble.message, trouble.advice ?? "");
  at("retry").hidden = false;
  notice.classList.add("trouble");
  notice.classList.toggle("after", mine.cursor !== null);
}

// -- faces -------------------------------------------------------------------------------------------------------

const people = new WeakMap(); // a face's button -> the person

function face(who) {
  const item = at("face").content.cloneNode(true);
  const button = item.querySelector(".face");
  item.querySelector(".name").textContent = who.name;
  portray(item.querySelector(".frame"), who, who.photo, SMALL, "");
  people.set(button, who);
  return item;
}

/** Put the photo into a frame; the initials where there is none, or where it does not load. */
function portray(frame, who, address, size, alt) {
  const photo = who.has_photo ? here(address) : null;
  if (!photo) return frame.replaceChildren(initials(who));
  const image = new Image(size, size);
  image.alt = alt;
  image.loading = "lazy";
  image.decoding = "async";
  image.draggable = false;
  image.addEventListener("error", () => image.replaceWith(initials(who)), { once: true });
  image.src = sized(photo, size);
  frame.replaceChildren(image);
}

function initials(who) {
  const mark = document.createElement("span");
  mark.className = "initials";
  mark.setAttribute("aria-hidden", "true");
  mark.textContent = who.initials;
  if (/^#[0-9a-f]{6}$/i.test(who.colour)) mark.style.setProperty("--colour", who.colour);
  return mark;
}

/** Give an address of this server in full, and null for any other. */
function here(address) {
  try {
    const url = new URL(address, location.origin);
    return url.origin === location.origin ? url.href : null;
  } catch {
    return null;
  }
}

/** Give the address of a photo in a size in pixels, or in no size in particular. */
function sized(photo, size) {
  const url = new URL(photo);
  if (size) url.searchParams.set("s", size);
  else url.searchParams.delete("s");
  return url.href;
}

// -- one person --------------------------------------------------------------------------------------------------

function open(who) {
  at("person-name").textContent = who.name;
  at("person-label").textContent = who.label;
  at("copied").textContent = "";
  portray(at("portrait"), who, who.large, 648, `Photo of ${who.name}`);
  at("addresses").replaceChildren(...addresses(who).map(([title, url]) => addressLine(title, url)));
  person.showModal();
}

function addresses(who) {
  const forms = [];
  if (/^[^@\s]+@[^@\s]+$/.test(who.label)) {
    forms.push(["Photo address, by mail", here(`/photos/${encodeURIComponent(who.label).replace("%40", "@")}.jpg`)]);
  }
  const photo = here(who.photo);
  if (photo) {
    const avatar = new URL(photo).pathname.startsWith("/avatar/");
    forms.push([avatar ? "Photo address, as an avatar" : "Photo address, by another name", sized(photo, null)]);
  }
  return forms;
}

function addressLine(title, url) {
  const line = at("address").content.cloneNode(true);
  const field = line.querySelector("input");
  line.querySelector("span").textContent = title;
  field.value = url;
  const button = line.querySelector("button");
  button.setAttribute("aria-label", `Copy ${title.toLowerCase()}`);
  button.addEventListener("click", () => copy(field));
  return line;
}

async function copy(field) {
  let done = true;
  try {
    await navigator.clipboard.writeText(field.value);
  } catch { // no clipboard on pages without TLS: the old way
    field.select();
    done = document.execCommand("copy");
  }
  at("copied").textContent = done ? "Address copied" : "Press Ctrl+C to copy";
}

person.addEventListener("click", (event) => {
  if (event.target === person) person.close(); // the backdrop
});
at("close").addEventListener("click", () => person.close());

// -- hands -------------------------------------------------------------------------------------------------------

wall.addEventListener("click", (event) => {
  const button = event.target.closest(".face");
  if (button) open(people.get(button));
});

const STEPS = { ArrowRight: () => 1, ArrowLeft: () => -1, ArrowDown: columns, ArrowUp: () => -columns() };

function columns() {
  return getComputedStyle(wall).gridTemplateColumns.split(" ").length;
}

wall.addEventListener("keydown", (event) => {
  const step = STEPS[event.key]?.();
  const button = event.target.closest(".face");
  if (!step || !button || event.ctrlKey || event.altKey || event.metaKey) return;
  const faces = [...wall.querySelectorAll(".face")];
  const next = faces[faces.indexOf(button) + step];
  if (!next) return;
  event.preventDefault();
  next.focus();
});

document.addEventListener("keydown", (event) => {
  if (event.key !== "/" || event.ctrlKey || event.altKey || event.metaKey || person.open) return;
  if (event.target.closest("input")) return;
  event.preventDefault();
  query.focus();
  query.select();
});

let pause;

function changed() {
  clearTimeout(pause);
  const text = query.value.trim();
  if (text === search?.text) return;
  const url = new URL(location.href);
  if (text) url.searchParams.set("q", text);
  else url.searchParams.delete("q");
  history.replaceState(null, "", url);
  start(text);
}

query.addEventListener("input", () => {
  clearTimeout(pause);
  pause = setTimeout(changed, PAUSE);
});
at("search").addEventListener("submit", (event) => {
  event.preventDefault();
  changed();
});

at("retry").addEventListener("click", () => {
  notice.hidden = true;
  if (search.cursor === null) start(search.text);
  else fill(search);
});

new IntersectionObserver(() => search && notice.hidden && fill(search), { rootMargin: `${AHEAD * 100}% 0px` }).observe(at("end"));

query.value = new URLSearchParams(location.search).get("q")?.slice(0, 200) ?? "";
start(query.value.trim());
