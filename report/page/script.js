"use strict";
(() => {
  const data = JSON.parse(document.getElementById("data").textContent);
  const say = data.say, svgNS = "http://www.w3.org/2000/svg";
  const map = document.getElementById("map"), here = document.getElementById("here"), tip = document.getElementById("tip");
  const ID = 0, SEG = 1, TEXTS = 2, MARGIN = 3, NEXT = 4, X = 5, Y = 6, MIX = 7, WHY = 8;

  // Everything shown is made of text nodes: nothing of the data is ever read as markup.
  const el = (name, attrs = {}, ...kids) => {
    const e = document.createElement(name);
    for (const [k, v] of Object.entries(attrs)) e.setAttribute(k, v);
    e.append(...kids);
    return e;
  };
  const svg = (name, attrs) => {
    const e = document.createElementNS(svgNS, name);
    for (const [k, v] of Object.entries(attrs)) e.setAttribute(k, v);
    return e;
  };
  const put = (phrase, ...args) => { let i = 0; return phrase.replace(/%s/g, () => args[i++]); };
  const named = (i) => {
    if (i < 0) return el("span", {}, say.unassigned);
    const s = data.segments[i];
    return el("a", { href: "#segment-" + s.id }, el("span", { class: "no c" + s.color }, String(s.id)), " ", el("bdi", {}, s.name));
  };

  // The map: what is under the pointer, and segments lit from label or card.
  const focus = (id) => {
    map.classList.toggle("focus", id !== null);
    for (const p of map.querySelectorAll(".dots")) p.classList.toggle("on", p.dataset.segment === id);
  };
  const mark = (u) => {
    here.setAttribute("cx", u ? u[X] : -50);
    here.setAttribute("cy", u ? u[Y] : -50);
  };
  for (const a of map.querySelectorAll(".label")) {
    for (const on of ["mouseenter", "focus"]) a.addEventListener(on, () => focus(a.dataset.segment));
    for (const off of ["mouseleave", "blur"]) a.addEventListener(off, () => focus(null));
  }
  for (const card of document.querySelectorAll(".card")) {
    card.addEventListener("mouseenter", () => focus(card.id.slice("segment-".length)));
    card.addEventListener("mouseleave", () => focus(null));
  }
  const nearest = (ev) => {
    const box = map.getBoundingClientRect(), k = 1000 / box.width;
    const x = (ev.clientX - box.left) * k, y = (ev.clientY - box.top) * k;
    let best = null, least = 18 * 18;
    for (const u of data.users) {
      if (!u[TEXTS]) continue;
      const d = (u[X] - x) ** 2 + (u[Y] - y) ** 2;
      if (d < least) { least = d; best = u; }
    }
    return best;
  };
  map.addEventListener("mousemove", (ev) => {
    const u = nearest(ev);
    tip.hidden = !u;
    mark(u);
    if (u) tip.replaceChildren(el("bdi", {}, u[ID]), " · ", u[SEG] < 0 ? say.unassigned : data.segments[u[SEG]].id + " " + data.segments[u[SEG]].name);
  });
  map.addEventListener("mouseleave", () => { tip.hidden = true; mark(null); });
  map.addEventListener("click", (ev) => {
    if (ev.target.closest("a")) return;
    const u = nearest(ev);
    if (u) { find.value = u[ID]; show(u); document.getElementById("lookup").scrollIntoView(); }
  });

  // The look-up.
  const find = document.getElementById("find"), found = document.getElementById("found");
  const lower = data.users.map((u) => u[ID].toLowerCase());
  const show = (u) => {
    mark(u);
    const out = [el("h3", {}, el("bdi", {}, u[ID]), " → ", named(u[SEG]))];
    if (u[SEG] >= 0) out.push(el("p", { class: "facts" }, put(u[TEXTS] === 1 ? say.text_1 : say.text_n, u[TEXTS]) + " · " + say.margin + " ", el("b", {}, u[MARGIN].toFixed(2)), say.open + say.margin_h + say.close + " · " + say.runner_up + say.colon, named(u[NEXT])));
    if (u[MIX].length) {
      const bar = svg("svg", { class: "mix", viewBox: "0 0 100 6", preserveAspectRatio: "none", role: "img", "aria-label": say.mixture }), parts = [];
      for (let at = 0, i = 0; i < u[MIX].length; i += 2) {
        const s = data.segments[u[MIX][i]], share = u[MIX][i + 1], t = svg("title", {});
        t.textContent = s.id + " " + s.name + say.colon + share + "%";
        const r = svg("rect", { class: "c" + s.color, x: at, y: 0, width: share, height: 6 });
        r.append(t);
        bar.append(r);
        parts.push([share, t.textContent]);
        at += share;
      }
      out.push(el("h4", {}, say.mixture), bar, el("p", { class: "facts" }, parts.sort((a, b) => b[0] - a[0]).map(([, name]) => name).join(" · ")));
    }
    if (u[WHY].length) {
      out.push(el("h4", {}, say.deciding));
      for (const [text, effect, to] of u[WHY]) {
        const what = u[TEXTS] === 1 ? say.only_text : to !== u[SEG] && to >= 0 ? put(say.would_move, data.segments[to].id + " " + data.segments[to].name) : put(say.would_stay, effect.toFixed(2));
        out.push(el("figure", {}, el("blockquote", { dir: "auto" }, text), el("figcaption", {}, what)));
      }
    }
    found.replaceChildren(...out);
  };
  // Enter takes the first of several that match.
  const search = (first = false) => {
    const q = find.value.trim().toLowerCase();
    if (!q) { found.replaceChildren(); mark(null); return; }
    const exact = lower.indexOf(q);
    if (exact >= 0) { show(data.users[exact]); return; }
    const hits = [];
    lower.forEach((id, i) => { if (id.includes(q)) hits.push(data.users[i]); });
    if (!hits.length) { found.replaceChildren(el("p", {}, say.lookup_none)); return; }
    if (hits.length === 1 || first === true) { show(hits[0]); return; }
    const list = el("ul", { class: "hits" }, ...hits.slice(0, 40).map((u) => {
      const b = el("button", { type: "button" }, el("bdi", {}, u[ID]));
      b.addEventListener("click", () => { find.value = u[ID]; show(u); });
      return el("li", {}, b);
    }));
    found.replaceChildren(...(hits.length > 40 ? [el("p", { class: "about" }, put(say.lookup_many, hits.length))] : []), list);
  };
  find.addEventListener("input", () => search());
  find.addEventListener("keydown", (ev) => {
    if (ev.key === "Escape") { find.value = ""; search(); }
    if (ev.key === "Enter") search(true);
  });

  // On paper everything is open; afterwards as it was.
  let opened = [];
  addEventListener("beforeprint", () => {
    opened = [...document.querySelectorAll("details:not([open])")];
    for (const d of opened) d.open = true;
  });
  addEventListener("afterprint", () => {
    for (const d of opened) d.open = false;
    opened = [];
  });
})();
