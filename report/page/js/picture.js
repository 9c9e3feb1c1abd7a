// Pictures of charts: what the browser has laid out is painted on a canvas, its
// grounds, frames, shapes and texts. Nothing is loaded for it.
const paint = (box) => {
  const frame = box.getBoundingClientRect(), scale = 2, canvas = document.createElement("canvas"), g = canvas.getContext("2d");
  canvas.width = Math.ceil(frame.width * scale);
  canvas.height = Math.ceil(frame.height * scale);
  g.scale(scale, scale);
  g.translate(-frame.left, -frame.top);
  const clear = (c) => c === "none" || c === "rgba(0, 0, 0, 0)" || c === "transparent";
  const fontOf = (s) => [s.fontStyle, s.fontWeight, s.fontSize, s.fontFamily].join(" ");
  const rounded = (x, y, w, h, r) => { const p = new Path2D(); p.roundRect(x, y, w, h, r); return p; };
  const shapes = {
    path: (e) => new Path2D(e.getAttribute("d")),
    rect: (e) => rounded(e.x.baseVal.value, e.y.baseVal.value, e.width.baseVal.value, e.height.baseVal.value, e.rx.baseVal.value),
    circle: (e) => { const p = new Path2D(); p.arc(e.cx.baseVal.value, e.cy.baseVal.value, e.r.baseVal.value, 0, 7); return p; },
  };
  const drawn = (e, s) => {
    const m = e.getScreenCTM();
    g.save();
    g.transform(m.a, m.b, m.c, m.d, m.e, m.f);
    if (e.tagName === "text") {
      g.font = fontOf(s);
      g.fillStyle = s.fill;
      g.textAlign = { middle: "center", end: "right" }[s.textAnchor] ?? "left";
      g.fillText(e.textContent, e.x.baseVal[0].value, e.y.baseVal[0].value);
    } else {
      const p = shapes[e.tagName](e);
      if (!clear(s.fill)) { g.globalAlpha = s.opacity * s.fillOpacity; g.fillStyle = s.fill; g.fill(p); }
      if (!clear(s.stroke)) { g.globalAlpha = s.opacity; g.strokeStyle = s.stroke; g.lineWidth = parseFloat(s.strokeWidth); g.lineCap = s.strokeLinecap; g.lineJoin = s.strokeLinejoin; g.stroke(p); }
    }
    g.restore();
  };
  const written = (n, s) => {
    g.font = fontOf(s);
    g.fillStyle = s.color;
    const range = document.createRange();
    const at = (from, to) => {
      range.setStart(n, from);
      range.setEnd(n, to);
      const r = range.getClientRects();
      if (r.length > 1) { for (let i = from; i < to; i++) at(i, i + 1); return; } // a word on two lines
      const text = n.data.slice(from, to), size = g.measureText(text);
      if (r.length) g.fillText(text, r[0].left, r[0].top + (r[0].height + size.fontBoundingBoxAscent - size.fontBoundingBoxDescent) / 2);
    };
    for (const m of n.data.matchAll(/\S+/g)) at(m.index, m.index + m[0].length);
  };
  const walk = (e) => {
    if (!e.getClientRects().length || e.tagName === "title") return;
    const s = getComputedStyle(e);
    if (e.tagName in shapes || e.tagName === "text") { drawn(e, s); return; }
    if (e instanceof HTMLElement) {
      const r = e.getBoundingClientRect(), w = parseFloat(s.borderTopWidth), p = rounded(r.left + w / 2, r.top + w / 2, r.width - w, r.height - w, parseFloat(s.borderTopLeftRadius));
      if (!clear(s.backgroundColor)) { g.fillStyle = s.backgroundColor; g.fill(p); }
      if (w && s.borderTopStyle !== "none") { g.strokeStyle = s.borderTopColor; g.lineWidth = w; g.stroke(p); }
    }
    for (const n of e.childNodes) {
      if (n.nodeType === 3) written(n, s);
      else if (n.nodeType === 1) walk(n);
    }
  };
  let ground = box;
  while (ground && clear(getComputedStyle(ground).backgroundColor)) ground = ground.parentElement;
  g.fillStyle = getComputedStyle(ground ?? document.body).backgroundColor;
  g.fillRect(frame.left, frame.top, frame.width, frame.height);
  walk(box);
  return canvas;
};
for (const box of document.querySelectorAll("[data-chart]")) {
  const b = el("button", { type: "button", "aria-label": put(say.save_png, box.dataset.title) }, "PNG");
  b.addEventListener("click", () => paint(box).toBlob((blob) => save(box.dataset.chart + ".png", blob)));
  (box.closest(".scroll") ?? box).after(el("p", { class: "tools" }, b));
}
