// Charts: hover, touch and arrow keys show a point's figure, its period and the brief that said it. Without script
// every point has these as its title, and the table below has them all.
"use strict";
for (const svg of document.querySelectorAll("svg.line")) {
  const points = [...svg.querySelectorAll("circle")].map((circle) => {
    const title = circle.querySelector("title");
    const lines = title.textContent.split("\n");
    title.remove(); // the browser's own tip would stand over ours
    return { circle, lines, x: Number(circle.getAttribute("cx")), y: Number(circle.getAttribute("cy")) };
  });
  const figure = svg.closest("figure");
  const width = svg.viewBox.baseVal.width;
  const tip = document.createElement("div");
  tip.className = "tip";
  tip.hidden = true;
  tip.setAttribute("aria-hidden", "true");
  figure.append(tip);
  let at = points.length - 1;
  let shown = null;

  svg.setAttribute("role", "slider");
  svg.setAttribute("tabindex", "0");
  svg.setAttribute("aria-valuemin", "1");
  svg.setAttribute("aria-valuemax", String(points.length));
  const tell = () => {
    svg.setAttribute("aria-valuenow", String(at + 1));
    svg.setAttribute("aria-valuetext", points[at].lines.join(", "));
  };
  tell();

  const hide = () => {
    shown?.classList.remove("shown");
    shown = null;
    tip.hidden = true;
  };
  const show = (n) => {
    hide();
    at = Math.max(0, Math.min(points.length - 1, n));
    tell();
    const { circle, lines, x, y } = points[at];
    shown = circle;
    circle.classList.add("shown");
    tip.replaceChildren(
      ...lines.map((line) => {
        const span = document.createElement("span");
        span.textContent = line;
        return span;
      }),
    );
    tip.hidden = false;
    const box = svg.getBoundingClientRect();
    const frame = figure.getBoundingClientRect();
    const scale = box.width / width;
    const left = box.left - frame.left + x * scale - tip.offsetWidth / 2;
    const above = box.top - frame.top + y * scale - tip.offsetHeight - 12;
    tip.style.left = `${Math.max(0, Math.min(left, frame.width - tip.offsetWidth))}px`;
    tip.style.top = `${above + frame.top > 0 ? above : above + tip.offsetHeight + 28}px`;
  };
  const nearest = (event) => {
    const box = svg.getBoundingClientRect();
    const x = ((event.clientX - box.left) / box.width) * width;
    return points.reduce((best, p, n) => (Math.abs(p.x - x) < Math.abs(points[best].x - x) ? n : best), 0);
  };
  svg.addEventListener("pointermove", (event) => show(nearest(event)));
  svg.addEventListener("pointerdown", (event) => show(nearest(event)));
  svg.addEventListener("pointerleave", (event) => {
    if (event.pointerType === "mouse" && document.activeElement !== svg) hide();
  });
  svg.addEventListener("focus", () => show(at));
  svg.addEventListener("blur", hide);
  svg.addEventListener("keydown", (event) => {
    const last = points.length - 1;
    const steps = { ArrowLeft: at - 1, ArrowDown: at - 1, ArrowRight: at + 1, ArrowUp: at + 1, Home: 0, End: last, PageDown: at - 12, PageUp: at + 12 };
    if (event.key === "Escape") hide();
    else if (event.key in steps) {
      event.preventDefault();
      show(steps[event.key]);
    }
  });
}
// Figures folded away are printed too.
window.addEventListener("beforeprint", () => document.querySelectorAll("details:not([open])").forEach((d) => (d.open = true)));
