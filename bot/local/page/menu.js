// The list of commands above the line: opens with "/", narrows as one types, chosen by arrows and Enter or a press.

import { make } from "./draw.js";

export class Menu {
  // `choose(text, whole)` is given the chosen command; `whole` when nothing has to follow it.
  constructor(list, box, choose) {
    Object.assign(this, { list, box, choose, commands: [], words: {}, at: -1 });
    list.addEventListener("pointerdown", (event) => event.preventDefault()); // the line keeps the focus
    list.addEventListener("click", (event) => this.#take(event.target.closest("[role=option]")));
  }

  speak(commands, words, id) {
    Object.assign(this, { commands, words, id });
    this.list.id = `${id}-commands`;
    this.list.setAttribute("aria-label", words.commands);
    this.box.setAttribute("aria-controls", this.list.id);
    this.look();
  }

  get open() { return !this.list.hidden; }

  // Shows what fits the text that stands in the line, or nothing.
  look() {
    const asked = /^\/(\S*)$/.exec(this.box.value)?.[1].toLowerCase();
    const fit = asked === undefined ? [] : this.commands.filter((one) => one.name.startsWith(asked) || one.other.startsWith(asked));
    if (!fit.length) return this.shut();
    this.list.replaceChildren(...fit.map((one, i) => this.#option(one, i)));
    this.list.hidden = false;
    this.box.setAttribute("aria-expanded", "true");
    this.#mark(0);
  }

  shut() {
    this.list.hidden = true;
    this.at = -1;
    this.box.setAttribute("aria-expanded", "false");
    this.box.removeAttribute("aria-activedescendant");
  }

  // Whether the key was for the list.
  key(event) {
    if (!this.open) return false;
    const last = this.list.children.length - 1;
    if (event.key === "ArrowDown") this.#mark(this.at >= last ? 0 : this.at + 1);
    else if (event.key === "ArrowUp") this.#mark(this.at <= 0 ? last : this.at - 1);
    else if (event.key === "Escape") this.shut();
    else if (event.key === "Enter" || (event.key === "Tab" && !event.shiftKey)) this.#take(this.list.children[this.at]);
    else return false;
    event.preventDefault();
    return true;
  }

  #option(one, i) {
    const option = make("li", { role: "option", id: `${this.id}-command-${i}`, "aria-selected": "false" },
      make("span", { kind: "name" }, make("b", { text: `/${one.name}` }), one.takes ? make("i", { text: ` ${one.takes}` }) : ""),
      make("span", { kind: "does", text: one.does }));
    option.dataset.name = one.name;
    if (one.needs) option.dataset.needs = "";
    return option;
  }

  #mark(i) {
    this.list.children[this.at]?.setAttribute("aria-selected", "false");
    this.at = i;
    const option = this.list.children[i];
    option.setAttribute("aria-selected", "true");
    option.scrollIntoView({ block: "nearest" });
    this.box.setAttribute("aria-activedescendant", option.id);
  }

  #take(option) {
    if (!option) return;
    this.shut();
    this.choose(`/${option.dataset.name}`, option.dataset.needs === undefined);
  }
}
