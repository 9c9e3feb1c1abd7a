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
  const quoted = data.quoted.filter(([id]) => id === u[ID]).map(([, text]) => text);
  if (u[WHY].length) {
    out.push(el("h4", {}, say.deciding));
    for (const [own, effect, to] of u[WHY]) {
      const at = quoted.findIndex((q) => plain(q) === plain(own)), text = at < 0 || Array.isArray(own) ? own : quoted[at];
      if (at >= 0) quoted.splice(at, 1); // it is shown here
      const what = u[TEXTS] === 1 ? say.only_text : to !== u[SEG] && to >= 0 ? put(say.would_move, data.segments[to].id + " " + data.segments[to].name) : put(say.would_stay, effect.toFixed(2));
      const words = Array.isArray(text) ? strongest(text) : [];
      out.push(el("figure", {}, el("blockquote", { dir: "auto" }, ...marked(text)), el("figcaption", {}, what, ...(words.length ? [" · " + say.held + say.colon, el("bdi", {}, words.join(say.comma)), ". " + say.darker] : []))));
    }
  }
  for (const text of quoted) {
    out.push(el("h4", {}, say.shaded), el("figure", {}, el("blockquote", { dir: "auto" }, ...marked(text))));
  }
  found.replaceChildren(...out);
};
const listOf = (users) => el("ul", { class: "hits" }, ...users.map((u) => {
  const b = el("button", { type: "button" }, el("span", { class: "no c" + (data.segments[u[SEG]]?.color ?? "") }, u[SEG] < 0 ? "–" : String(data.segments[u[SEG]].id)), " ", el("bdi", {}, u[ID]));
  b.addEventListener("click", () => { find.value = u[ID]; show(u); });
  return el("li", {}, b);
}));
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
  found.replaceChildren(...(hits.length > 40 ? [el("p", { class: "about" }, put(say.lookup_many, hits.length))] : []), listOf(hits.slice(0, 40)));
};
find.addEventListener("input", () => search());
find.addEventListener("keydown", (ev) => {
  if (ev.key === "Escape") { find.value = ""; search(); }
  if (ev.key === "Enter") search(true);
});
// Those whose words are shaded.
const shades = document.getElementById("shades");
if (shades) {
  const quoted = new Set(data.quoted.map(([id]) => id)), them = data.users.filter((u) => u[WHY].some(([text]) => Array.isArray(text)) || quoted.has(u[ID]));
  const b = el("button", { type: "button" }, say.shades_show);
  b.addEventListener("click", () => { find.value = ""; mark(null); found.replaceChildren(listOf([...them].sort((a, b) => a[SEG] - b[SEG] || b[MARGIN] - a[MARGIN]))); });
  shades.append(" ", b);
}
