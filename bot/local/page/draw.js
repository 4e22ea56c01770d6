// What is said, as elements. Every text becomes a text node: nothing that anybody writes is ever read as markup.

export function make(name, { kind = "", text, ...attributes } = {}, ...children) {
  const element = document.createElement(name);
  if (kind) element.className = kind;
  if (text !== undefined) element.textContent = text;
  for (const [key, value] of Object.entries(attributes)) if (value !== null) element.setAttribute(key, value);
  element.append(...children);
  return element;
}

export function sign(name) {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("aria-hidden", "true");
  const use = document.createElementNS("http://www.w3.org/2000/svg", "use");
  use.setAttribute("href", `#${name}`);
  svg.append(use);
  return svg;
}

const SAFE = /^(https?:\/\/|mailto:)/;

function span({ is, text, url }) {
  switch (is) {
    case "bold": return make("strong", { text });
    case "code": return make("code", { text });
    case "link": return SAFE.test(url)
      ? make("a", { text, href: url, target: "_blank", rel: "noopener noreferrer" })
      : document.createTextNode(text);
    default: return document.createTextNode(text);
  }
}

const spans = (all) => all.map(span);

function block(it) {
  switch (it.is) {
    case "heading": return make("h3", { text: it.text, dir: "auto" });
    case "items": {
      const list = make(it.start === null ? "ul" : "ol", it.start === null ? {} : { start: it.start });
      if (it.start !== null) list.style.counterReset = `item ${it.start - 1}`;
      list.append(...it.items.map((item) => make("li", { dir: "auto" }, make("span", {}, ...spans(item)))));
      return list;
    }
    case "change":
      return make("p", { kind: "change", dir: "auto" },
        make("span", { kind: "was" }, ...spans(it.was)), " ",
        make("span", { kind: "now" }, make("span", { kind: "arrow", text: "→" }), " ", ...spans(it.now)));
    default: return make("p", { dir: "auto" }, ...spans(it.spans));
  }
}

export const blocks = (all) => (all ?? []).map(block);

export function size(bytes, language) {
  const [unit, divisor] = bytes < 1e6 ? ["kilobyte", 1e3] : ["megabyte", 1e6];
  return new Intl.NumberFormat(language, { style: "unit", unit, unitDisplay: "short", maximumFractionDigits: 1 })
    .format(Math.max(bytes / divisor, 0.1));
}

function file(it, words, language) {
  const about = make("span", { kind: "about" }, make("b", { text: it.name, dir: "auto" }), make("small", { text: size(it.size, language) }));
  if (!it.url) return make("span", { kind: "file" }, sign("sheet"), about);
  const save = { href: `${it.url}&download`, download: it.name };
  if (!it.picture) return make("a", { kind: "file", ...save, "aria-label": `${words.download}: ${it.name}` }, sign("sheet"), about, sign("save"));
  const picture = make("img", { src: it.url, alt: it.name, loading: "lazy" });
  return make("figure", {},
    make("a", { href: it.url, target: "_blank", rel: "noopener", "aria-label": it.name }, picture),
    make("figcaption", {}, make("a", { kind: "file", ...save, "aria-label": `${words.download}: ${it.name}` }, about, sign("save"))));
}

// A bare number opens that item of the list above it, a bare arrow turns its page: said in full to who cannot see that.
function named(label, body, words) {
  if (label === "‹") return words.previous;
  if (label === "›") return words.next;
  if (!/^\d+$/.test(label)) return null;
  const list = body.querySelector("ol");
  const item = list?.children[Number(label) - Number(list.getAttribute("start"))];
  return item ? `${label}. ${item.textContent.slice(0, 120)}` : null;
}

function keys(rows, body, words) {
  const all = rows.map((row) => make("div", { kind: "row" }, ...row.map((it) => {
    const name = named(it.label, body, words);
    const key = make("button", { kind: it.strong ? "strong" : "", type: "button", text: it.label, "aria-label": name, title: name, dir: "auto" });
    key.dataset.command = it.command;
    return key;
  })));
  return make("div", { kind: "keys" }, ...all);
}

// One message as an article; drawn again in place when it changes.
export function message(it, words, language) {
  const time = new Intl.DateTimeFormat(language, { hour: "2-digit", minute: "2-digit", hour12: false });
  const article = make("article", { kind: it.mine ? "said mine" : "said", tabindex: "-1" });
  article.dataset.id = it.id;
  article.dataset.revision = it.revision;
  article.dataset.day = new Date(it.at).toDateString();
  const body = make("div", { kind: "bubble" }, make("span", { kind: "unseen", text: `${it.mine ? words.you : words.herald}: ` }));
  if (it.mine && it.text) body.append(make("p", { text: it.text, dir: "auto" }));
  body.append(...blocks(it.blocks));
  body.append(...(it.files ?? []).map((one) => file(one, words, language)));
  const last = body.lastElementChild;
  (last.matches("p:not(.change)") ? last : body).append(make("time", { text: time.format(new Date(it.at)), datetime: it.at }));
  article.append(body);
  if (it.buttons?.length) article.append(keys(it.buttons, body, words));
  return article;
}

export function day(at, words, language) {
  const date = new Date(at), before = new Date();
  before.setDate(before.getDate() - 1);
  if (date.toDateString() === new Date().toDateString()) return words.today;
  if (date.toDateString() === before.toDateString()) return words.yesterday;
  return new Intl.DateTimeFormat(language, { weekday: "long", month: "long", day: "numeric" }).format(date);
}
