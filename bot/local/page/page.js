// The page: who speaks on it, the weather of the connection, and what the program tells to whom.

import { make } from "./draw.js";
import { Live } from "./live.js";
import { Room } from "./room.js";

const live = new Live();
const rooms = new Map();
const main = document.querySelector("main");
const people = document.querySelector(".people");
const weather = document.querySelector(".weather");
let everything = null;

history.replaceState(null, "", "/"); // the key in the address is used up

live.addEventListener("told", ({ detail }) => {
  const room = rooms.get(detail.user);
  switch (detail.event) {
    case "all": return open(detail);
    case "put": return room?.put(detail.message);
    case "gone": return room?.gone(detail.id);
    case "busy": return room?.busy(detail.on);
    case "aside": return room?.aside(detail.body);
    case "face": return room?.speak({ ...room.face, ...detail }), label();
  }
});

live.addEventListener("weather", ({ detail }) => {
  document.body.dataset.weather = detail;
  const words = first()?.words;
  weather.hidden = detail === "live" || !words;
  weather.textContent = words?.[detail] ?? "";
});

addEventListener("dragover", (event) => event.preventDefault()); // a file dropped beside a room opens nothing
addEventListener("drop", (event) => event.preventDefault());

function open(told) {
  if (everything && everything.epoch !== told.epoch) return location.reload(); // another program than before
  const fresh = !everything;
  everything = told;
  if (fresh) main.replaceChildren();
  for (const face of told.rooms) {
    if (!rooms.has(face.user)) enter(face.user);
    rooms.get(face.user).take(face, told.limits);
  }
  main.dataset.people = rooms.size;
  if (fresh) show([...rooms.keys()][0]);
  label();
}

function enter(user) {
  const room = new Room(live);
  rooms.set(user, room);
  main.append(room.node);
  room.addEventListener("news", () => {
    if (!room.node.classList.contains("shown")) tab(user).classList.add("unread"), label();
  });
  const button = make("button", { type: "button" });
  button.dataset.user = user;
  button.addEventListener("click", () => (show(user), room.composer.box.focus({ preventScroll: true })));
  people.append(button);
}

const first = () => rooms.values().next().value?.face;
const tab = (user) => people.querySelector(`[data-user="${CSS.escape(user)}"]`);

// Which of two people a narrow window shows; a wide one shows both.
function show(user) {
  for (const [name, room] of rooms) {
    room.node.classList.toggle("shown", name === user);
    tab(name).setAttribute("aria-pressed", String(name === user));
  }
  tab(user).classList.remove("unread");
  rooms.get(user).appear();
  label();
}

function label() {
  const face = first();
  if (!face) return;
  document.documentElement.lang = face.language;
  document.querySelector("[data-word=where]").textContent = face.words[everything.demo ? "demo" : "own"];
  people.hidden = rooms.size < 2;
  people.setAttribute("aria-label", face.words.people);
  for (const [user, room] of rooms) {
    const button = tab(user);
    button.textContent = room.face.label;
    button.removeAttribute("aria-label");
    if (button.classList.contains("unread")) button.setAttribute("aria-label", `${room.face.label}, ${face.words.unread}`);
  }
}

live.start();
