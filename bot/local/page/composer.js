// The line where one writes: text that grows, files that wait to be sent with it, the list of commands.

import { make, sign, size } from "./draw.js";
import { Menu } from "./menu.js";

export class Composer {
  // `send(text, files)` is called with what is to be said.
  constructor(form, send) {
    this.form = form;
    this.box = form.querySelector("textarea");
    this.picker = form.querySelector("input[type=file]");
    this.fault = form.querySelector(".fault");
    this.attached = form.querySelector(".attached");
    this.files = [];
    this.send = send;
    this.menu = new Menu(form.querySelector(".menu"), this.box, (text, whole) => whole ? this.#say(text) : this.write(`${text} `));
    form.addEventListener("submit", (event) => (event.preventDefault(), this.#submit()));
    this.box.addEventListener("input", () => this.#typed());
    this.box.addEventListener("blur", () => this.menu.shut());
    this.box.addEventListener("keydown", (event) => this.#key(event));
    this.box.addEventListener("paste", (event) => event.clipboardData.files.length && (event.preventDefault(), this.add(event.clipboardData.files)));
    form.querySelector("[data-does=attach]").addEventListener("click", () => this.picker.click());
    form.querySelector("[data-does=commands]").addEventListener("pointerdown", (event) => event.preventDefault());
    form.querySelector("[data-does=commands]").addEventListener("click", () => this.#list());
    this.picker.addEventListener("change", () => (this.add(this.picker.files), (this.picker.value = "")));
    this.#typed();
  }

  speak(face, words, limits) {
    Object.assign(this, { words, limits, language: face.language });
    this.box.placeholder = words.write;
    this.box.maxLength = limits.text;
    this.box.setAttribute("aria-label", words.write);
    for (const [does, word] of [["[data-does=commands]", words.commands], ["[data-does=attach]", words.attach], [".send", words.send]]) {
      const button = this.form.querySelector(does);
      button.setAttribute("aria-label", word);
      button.title = word;
    }
    this.menu.speak(face.commands, words, `room-${face.user}`);
    this.#show();
  }

  write(text) {
    this.box.value = text;
    this.box.focus();
    this.#typed();
  }

  add(files) {
    this.#say_fault("");
    for (const file of files) {
      const together = this.files.reduce((sum, one) => sum + one.size, file.size);
      if (together > this.limits.file) this.#say_fault(this.words.too_large);
      else this.files.push(file);
    }
    this.#show();
    this.box.focus();
  }

  #list() {
    if (this.menu.open) return this.menu.shut();
    this.write("/");
  }

  #key(event) {
    if (event.isComposing || this.menu.key(event)) return;
    if (event.key === "Enter" && !event.shiftKey) event.preventDefault(), this.#submit();
  }

  #typed() {
    this.box.style.height = "auto";
    if (this.box.scrollHeight) this.box.style.height = `${this.box.scrollHeight}px`;
    this.#ready();
    this.menu.look();
  }

  #ready() {
    this.form.classList.toggle("ready", Boolean(this.box.value.trim() || this.files.length));
  }

  #submit() {
    const text = this.box.value.trim();
    if (text || this.files.length) this.#say(text);
  }

  #say(text) {
    const files = this.files;
    this.files = [];
    this.#say_fault("");
    this.write("");
    this.#show();
    this.send(text, files);
  }

  #say_fault(text) {
    this.fault.textContent = text;
    this.fault.hidden = !text;
  }

  #show() {
    this.attached.hidden = !this.files.length;
    this.attached.replaceChildren(...this.files.map((file, i) => {
      const remove = make("button", { type: "button", kind: "plain", "aria-label": `${this.words.remove}: ${file.name}`, title: this.words.remove }, sign("close"));
      remove.addEventListener("click", () => (this.files.splice(i, 1), this.#show(), this.box.focus()));
      return make("li", {}, sign("sheet"), make("b", { text: file.name }), make("small", { text: size(file.size, this.language) }), remove);
    }));
    this.#ready();
  }
}
