// What is wrong with how the page stands: sideways scrolling, names, sizes, references, contrast (WCAG 2.2 AA, 1.4.3).
() => {
  const faults = [];
  const named = (el) => (el.getAttribute("aria-label") || el.labels?.[0]?.textContent || el.alt || el.textContent).trim();
  const shown = (el) => el.checkVisibility({ opacityProperty: true, visibilityProperty: true });
  const rgb = (text) => (text.match(/[\d.]+/g) ?? []).map(Number).map((v, i) => text.startsWith("color(") && i < 3 ? v * 255 : v);
  const over = (top, below) => { const a = top[3] ?? 1; return [0, 1, 2].map((i) => top[i] * a + below[i] * (1 - a)); };
  const behind = (el) => el ? over(rgb(getComputedStyle(el).backgroundColor), behind(el.parentElement)) : [255, 255, 255];
  const light = (c) => { const [r, g, b] = c.map((v) => v / 255).map((v) => v <= .04045 ? v / 12.92 : ((v + .055) / 1.055) ** 2.4);
                         return .2126 * r + .7152 * g + .0722 * b; };
  const contrast = (a, b) => { const [x, y] = [light(a), light(b)].sort((m, n) => n - m); return (x + .05) / (y + .05); };
  if (document.documentElement.scrollWidth > innerWidth) faults.push("the page scrolls sideways");
  for (const el of document.querySelectorAll(".log, .menu, .composer, .empty")) if (shown(el) && el.scrollWidth > el.clientWidth) faults.push(`scrolls sideways: ${el.className}`);
  const ids = [...document.querySelectorAll("[id]")].map((el) => el.id);
  for (const id of ids) if (ids.indexOf(id) !== ids.lastIndexOf(id)) faults.push(`twice: #${id}`);
  for (const el of document.querySelectorAll("[aria-controls], [aria-labelledby], [aria-activedescendant]"))
    for (const key of ["aria-controls", "aria-labelledby", "aria-activedescendant"])
      if (el.hasAttribute(key) && !document.getElementById(el.getAttribute(key))) faults.push(`${key} leads nowhere`);
  for (const el of document.querySelectorAll("button, a, input, textarea, img, [role=log], [role=listbox], [role=option], section, h1, h2")) {
    if (!shown(el)) continue;
    if (!named(el) && !el.getAttribute("aria-labelledby")) faults.push(`no name: ${el.outerHTML.slice(0, 120)}`);
    const box = el.getBoundingClientRect();
    if (el.matches("button, input, textarea") && (box.height < 32 || box.width < 32)) faults.push(`too small: ${el.outerHTML.slice(0, 120)}`);
  }
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const el = walker.currentNode.parentElement;
    if (!walker.currentNode.textContent.trim() || !shown(el) || el.closest(".unseen, template, noscript, [aria-hidden=true] svg")) continue;
    const back = behind(el), front = over(rgb(getComputedStyle(el).color), back);
    if (contrast(front, back) < 4.5) faults.push(`contrast ${contrast(front, back).toFixed(2)}: ${el.className || el.tagName} "${walker.currentNode.textContent.slice(0, 40)}"`);
  }
  if (!document.documentElement.lang) faults.push("no language");
  return [...new Set(faults)];
}
