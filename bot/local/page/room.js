// One person's conversation: what stands in it, the line below, and what happens to both.

import { Composer } from "./composer.js";
import { blocks, day, make, message } from "./draw.js";

const NEAR = 96; // pixels from the end that still count as reading the end
const GLIDE = 900; // milliseconds a smooth scroll lasts at most, for browsers that do not say when it ends
const ASIDE = 7000; // milliseconds that an aside stays

export class Room extends EventTarget {
  // Events: "news" when a message of ours arrives.
  constructor(live) {
    super();
    this.live = live;
    this.node = document.getElementById("room").content.firstElementChild.cloneNode(true);
    this.log = this.node.querySelector(".log");
    this.empty = this.node.querySelector(".empty");
    this.asides = this.node.querySelector(".asides");
    this.typing = this.node.querySelector(".typing");
    this.newer = this.node.querySelector(".newer");
    this.turn = Promise.resolve();
    this.following = true;
    this.composer = new Composer(this.node.querySelector(".composer"), (text, files) => this.say(text, files));
    this.log.append(this.typing);
    this.log.addEventListener("click", (event) => this.#pressed(event.target.closest("button[data-command]")));
    this.log.addEventListener("scroll", () => this.#scrolled(), { passive: true });
    this.log.addEventListener("scrollend", () => (this.gliding = false));
    for (const hand of ["wheel", "touchmove", "pointerdown", "keydown"]) this.log.addEventListener(hand, () => (this.gliding = false), { passive: true });
    this.newer.addEventListener("click", () => this.#end());
    this.node.querySelector(".languages").addEventListener("click", (event) => {
      const language = event.target.closest("[data-language]")?.dataset.language;
      if (language && language !== this.face.language) this.#press(`language ${language}`);
    });
    this.node.querySelector(".joining").addEventListener("submit", (event) => {
      event.preventDefault();
      const code = event.target.elements.code.value.trim();
      if (code) this.#press(`join ${code}`);
    });
    this.#drops();
    new ResizeObserver(() => this.following && this.#end(true)).observe(this.log);
  }

  // Takes over everything the program says of this conversation; what stands already, and is right, stays.
  take(face, limits) {
    this.limits = limits;
    this.speak(face);
    const kept = new Set(face.messages.map((it) => it.id));
    for (const article of this.log.querySelectorAll("article:not(.waiting)")) if (!kept.has(article.dataset.id)) article.remove();
    for (const it of face.messages) this.put(it, true);
    this.busy(face.busy);
    this.#tidy();
    if (this.following) this.#end(true);
  }

  // The words around the conversation, in the person's language.
  speak(face) {
    this.face = face;
    const words = (this.words = face.words);
    this.node.lang = face.language;
    this.node.dataset.user = face.user;
    const title = this.node.querySelector("h2");
    title.textContent = face.label || words.conversation;
    title.id = `room-${face.user}`;
    this.node.setAttribute("aria-labelledby", title.id);
    this.node.querySelector(".who p").textContent = face.about;
    this.node.querySelector(".face").textContent = initials(face.label);
    this.log.setAttribute("aria-label", face.label ? `${words.conversation}: ${face.label}` : words.conversation);
    for (const place of this.node.querySelectorAll("[data-word]")) place.textContent = words[place.dataset.word];
    this.node.querySelector(".languages").setAttribute("aria-label", words.language);
    for (const one of this.node.querySelectorAll("[data-language]")) one.setAttribute("aria-pressed", String(one.dataset.language === face.language));
    this.node.querySelector(".ideas").replaceChildren(...face.ideas.map((text) => {
      const idea = make("button", { type: "button", text });
      idea.addEventListener("click", () => (this.say(text), this.composer.box.focus()));
      return idea;
    }));
    const joining = this.node.querySelector(".joining");
    joining.hidden = !face.stranger;
    joining.elements.code.placeholder = words.code;
    this.composer.speak(face, words, this.limits);
    this.#tidy();
  }

  put(it, all = false) {
    const old = this.log.querySelector(`article[data-id="${CSS.escape(it.id)}"]`);
    if (old && !old.classList.contains("waiting") && Number(old.dataset.revision) >= it.revision) return;
    const drawn = message(it, this.words, this.face.language);
    if (old) this.#instead(old, drawn);
    else this.typing.before(drawn);
    if (all) return;
    if (!old) drawn.classList.add("new");
    this.#tidy();
    if (this.following) this.#reach(drawn);
    else if (!old) this.newer.hidden = false;
    if (!it.mine) this.dispatchEvent(new Event("news"));
  }

  // Comes into sight in a narrow window, where it was not drawn before.
  appear() {
    this.#end(true);
  }

  gone(id) {
    this.log.querySelector(`article[data-id="${CSS.escape(id)}"]`)?.remove();
    this.#tidy();
  }

  busy(on) {
    this.typing.hidden = !on;
    if (on && this.following) this.#end();
  }

  // A word in passing. It stays while it is pointed at.
  aside(body) {
    const note = make("div", { kind: "aside" }, ...blocks(body.blocks));
    const shut = make("button", { type: "button", kind: "plain", text: "×", "aria-label": this.words.hide });
    const leave = () => note.remove();
    let timer = setTimeout(leave, ASIDE);
    note.addEventListener("pointerenter", () => clearTimeout(timer));
    note.addEventListener("pointerleave", () => (timer = setTimeout(leave, ASIDE)));
    shut.addEventListener("click", () => (leave(), this.composer.box.focus()));
    note.append(shut);
    this.asides.replaceChildren(note);
  }

  // Says words, with files; shown at once, sent in their order.
  say(text, files = []) {
    const event = crypto.randomUUID();
    const it = { id: event, revision: 0, mine: true, at: new Date().toISOString(), text, files: files.map(({ name, size }) => ({ name, size })) };
    const drawn = message(it, this.words, this.face.language);
    drawn.classList.add("waiting", "new");
    this.typing.before(drawn);
    this.#tidy();
    this.#end();
    this.#deliver({ user: this.face.user, event, text }, files, drawn);
  }

  #deliver(gesture, files, drawn) {
    this.turn = this.turn.then(async () => {
      const outcome = await this.live.say(gesture, files);
      const shown = this.log.querySelector(`article[data-id="${CSS.escape(gesture.event)}"]`) ?? drawn;
      if (outcome !== "done") this.#failed(shown, outcome, () => this.#deliver(gesture, files, shown));
    });
  }

  #failed(article, outcome, retry) {
    const again = make("button", { type: "button", kind: "plain", text: this.words.again });
    const note = make("p", { kind: "failure", role: "alert" }, this.words[outcome === "too_large" ? "too_large" : "failed"]);
    if (outcome !== "too_large") note.append(" ", again);
    again.addEventListener("click", () => (note.remove(), this.composer.box.focus(), retry()));
    article.append(note);
    article.classList.remove("waiting");
  }

  #pressed(key) {
    if (!key || key.getAttribute("aria-disabled")) return;
    this.#press(key.dataset.command, key);
  }

  // Presses a button: the reply takes its message's place. Until it does, the button shows that it was pressed.
  #press(command, key = null) {
    const article = key?.closest("article");
    key?.setAttribute("aria-disabled", "true");
    key?.classList.add("pressed");
    const gesture = { user: this.face.user, event: crypto.randomUUID(), command, message: article?.dataset.id ?? "" };
    this.turn = this.turn.then(async () => {
      const outcome = await this.live.say(gesture);
      key?.removeAttribute("aria-disabled");
      key?.classList.remove("pressed");
      if (outcome !== "done") this.aside({ blocks: [{ is: "para", spans: [{ is: "text", text: this.words.failed }] }] });
    });
  }

  // Puts a changed message where the old one stood. Whoever stood on one of its buttons goes on from there.
  #instead(old, drawn) {
    const inside = old.contains(document.activeElement) ? document.activeElement : null;
    const place = [...old.querySelectorAll("button[data-command]")].indexOf(inside);
    if (old.classList.contains("follows")) drawn.classList.add("follows");
    old.replaceWith(drawn);
    if (!inside) return;
    const keys = [...drawn.querySelectorAll("button[data-command]")];
    const arrows = /^[‹›]$/;
    const same = (key) => key.textContent === inside.textContent;
    const turns = (key) => arrows.test(inside.textContent) && arrows.test(key.textContent);
    const next = keys.find(same) ?? keys.find(turns) ?? keys[Math.min(Math.max(place, 0), keys.length - 1)];
    (next ?? drawn).focus({ preventScroll: true });
  }

  // Days stand between messages, messages of one voice close together; an empty conversation says how to begin.
  #tidy() {
    for (const line of this.log.querySelectorAll(".day")) line.remove();
    let before = null;
    for (const article of this.log.querySelectorAll("article")) {
      const new_day = before?.dataset.day !== article.dataset.day;
      if (new_day) article.before(make("p", { kind: "day" }, make("span", { text: day(article.querySelector("time").dateTime, this.words, this.face.language) })));
      article.classList.toggle("follows", !new_day && before.classList.contains("mine") === article.classList.contains("mine"));
      before = article;
    }
    this.node.classList.toggle("bare", !before);
    this.empty.hidden = Boolean(before);
  }

  // Whether the reader follows the end: so long as nobody has scrolled away from it.
  #scrolled() {
    if (this.gliding) return;
    this.following = this.log.scrollHeight - this.log.scrollTop - this.log.clientHeight < NEAR;
    if (this.following) this.newer.hidden = true;
  }

  #end(at_once = false) {
    this.following = true;
    this.newer.hidden = true;
    this.#scroll(this.log.scrollHeight, at_once);
  }

  // Brings what was just said into sight: its end, or its beginning when it is taller than the room.
  #reach(article) {
    const top = article.offsetTop - this.log.offsetTop - 16;
    this.#scroll(Math.min(top, this.log.scrollHeight - this.log.clientHeight));
  }

  #scroll(to, at_once = false) {
    const top = Math.max(0, Math.min(to, this.log.scrollHeight - this.log.clientHeight));
    const calm = at_once || matchMedia("(prefers-reduced-motion: reduce)").matches;
    this.gliding = !calm && Math.abs(top - this.log.scrollTop) > 1;
    clearTimeout(this.landing);
    this.landing = setTimeout(() => (this.gliding = false), GLIDE);
    this.log.scrollTo({ top, behavior: calm ? "instant" : "smooth" });
  }

  #drops() {
    let depth = 0;
    const carries = (event) => event.dataTransfer?.types.includes("Files");
    const over = (change) => this.node.classList.toggle("over", (depth = Math.max(0, depth + change)) > 0);
    this.node.addEventListener("dragenter", (event) => carries(event) && (event.preventDefault(), over(1)));
    this.node.addEventListener("dragover", (event) => carries(event) && event.preventDefault());
    this.node.addEventListener("dragleave", (event) => carries(event) && over(-1));
    this.node.addEventListener("drop", (event) => {
      if (!carries(event)) return;
      event.preventDefault();
      over(-depth);
      this.composer.add(event.dataTransfer.files);
    });
  }
}

function initials(label) {
  return label.split(/[\s,]+/).slice(0, 2).map((word) => [...word][0] ?? "").join("").toLocaleUpperCase();
}
