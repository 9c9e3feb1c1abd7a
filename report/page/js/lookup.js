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
  for (const [, parts] of data.quoted.filter(([id]) => id === u[ID])) {
    out.push(el("h4", {}, say.shaded), el("figure", {}, el("blockquote", { dir: "auto" }, ...parts.map(([text, heat]) => (heat ? el("mark", { class: "m" + heat }, text) : text)))));
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
