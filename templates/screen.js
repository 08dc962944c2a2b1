// The report's sentence beside a figure, on hover, focus and tap. Without script the figure's link leads to it.
"use strict";
(() => {
  const tip = document.createElement("div");
  tip.id = "tip";
  tip.setAttribute("role", "tooltip");
  tip.lang = "vi";
  tip.hidden = true;
  document.body.append(tip);
  let shown = null;

  const hide = () => {
    shown?.removeAttribute("aria-describedby");
    shown = null;
    tip.hidden = true;
  };

  const show = (link) => {
    const said = document.getElementById(link.getAttribute("href").slice(1));
    if (!said || link === shown) return;
    hide();
    shown = link;
    link.setAttribute("aria-describedby", tip.id);
    tip.replaceChildren(...said.cloneNode(true).childNodes);
    tip.hidden = false;
    const figure = link.getBoundingClientRect();
    const room = document.documentElement.clientWidth;
    const above = figure.bottom + tip.offsetHeight + 8 > window.innerHeight && figure.top > tip.offsetHeight + 8;
    const left = Math.max(8, Math.min(figure.left, room - tip.offsetWidth - 8));
    tip.style.left = `${left + window.scrollX}px`;
    tip.style.top = `${(above ? figure.top - tip.offsetHeight - 4 : figure.bottom + 4) + window.scrollY}px`;
  };

  const why = (event) => (event.target instanceof Element ? event.target.closest("a.why") : null);
  document.addEventListener("pointerover", (event) => {
    if (event.pointerType !== "mouse" || tip.contains(event.target)) return;
    const link = why(event);
    if (link) show(link);
    else if (shown !== document.activeElement) hide();
  });
  document.addEventListener("focusin", (event) => (why(event) ? show(why(event)) : hide()));
  document.addEventListener("click", (event) => {
    const link = why(event);
    if (link && !(event.ctrlKey || event.metaKey || event.shiftKey)) {
      event.preventDefault();
      link.focus({ preventScroll: true });
      show(link);
    } else if (!tip.contains(event.target)) hide();
  });
  document.addEventListener("keydown", (event) => event.key === "Escape" && hide());
  window.addEventListener("hashchange", hide);
})();
