// Texts by metadata: how many of each segment's texts have one of the chosen values
// of each chosen field. Fields that are not counted together with others filter by
// themselves.
const filter = document.getElementById("filter");
if (filter && data.fields.length) {
  const result = document.getElementById("filtered"), reset = document.getElementById("unfilter");
  const cards = document.querySelector(".cards"), order = [...cards.children];
  const rows = new Map([...document.querySelectorAll("#sizes .row")].map((r) => [r.dataset.segment, r]));
  const usual = new Map([...rows].map(([id, r]) => [id, [r.querySelector("rect").getAttribute("width"), r.querySelector(".value").textContent]]));
  const sum = (x) => x.reduce((a, b) => a + b, 0);
  const percent = (n, of) => (of ? (100 * n / of).toFixed(n && n < 0.1 * of ? 1 : 0) : "0") + "%";
  const name = (v) => (v[1] ? v[0] + " – " + v[1] : v[0]);
  const none = () => data.segments.map(() => 0);
  const plus = (a, b) => a.map((n, i) => n + b[i]);
  const [together, cells] = data.combined ?? [[], []];
  const chosen = new Map(); // field -> indices of its values

  // Texts of each segment that match, and how many more at most do in combinations
  // that are too rare to be listed.
  const counted = (by) => {
    const fields = [...by.keys()], alone = fields.map((f) => [...by.get(f)].map((v) => data.fields[f][1][v][2]).reduce(plus, none()));
    if (fields.length === 1) return [alone[0], none()];
    const at = fields.map((f) => together.indexOf(f)), listed = fields.map(none);
    let both = none();
    for (const [values, texts] of cells) {
      const has = fields.map((f, i) => by.get(f).has(values[at[i]]));
      has.forEach((yes, i) => { if (yes) listed[i] = plus(listed[i], texts); });
      if (has.every(Boolean)) both = plus(both, texts);
    }
    return [both, both.map((_, i) => Math.min(...fields.map((_, f) => alone[f][i] - listed[f][i])))];
  };
  const goesWith = (f) => [...chosen.keys()].every((g) => g === f || together.includes(f) && together.includes(g));

  const boxes = data.fields.map(([title, values], f) => {
    const note = el("span", { class: "picked" }), set = el("fieldset", {}, el("legend", { class: "unseen" }, title)), why = el("p", { class: "about" }, say.filter_alone);
    const counts = values.map((v, n) => {
      const box = el("input", { type: "checkbox" }), count = el("small", {});
      box.addEventListener("change", () => {
        const now = chosen.get(f) ?? new Set();
        now[box.checked ? "add" : "delete"](n);
        now.size ? chosen.set(f, now) : chosen.delete(f);
        apply();
      });
      set.append(el("label", {}, box, " ", el("bdi", {}, name(v)), " ", count), " ");
      return [box, count];
    });
    filter.querySelector(".fields").append(el("details", {}, el("summary", {}, el("bdi", {}, title), note), why, set));
    return { set, note, why, counts };
  });

  const apply = () => {
    const on = chosen.size > 0, fields = [...chosen.keys()], [texts, more] = on ? counted(chosen) : [none(), none()];
    const of = fields.length === 1 ? data.fields[fields[0]][2] : data.segments.map((s) => s.texts);
    const total = sum(texts), all = sum(of), most = Math.max(...texts, 1), shares = new Map();
    for (const p of document.querySelectorAll(".card .filtered")) p.remove();
    data.segments.forEach((s, i) => {
      const card = document.getElementById("segment-" + s.id), row = rows.get(String(s.id)), dots = map.querySelector('.dots[data-segment="' + s.id + '"]');
      const n = texts[i], off = on && !n && !more[i];
      shares.set(card, on && of[i] ? n / of[i] : 0);
      card.hidden = off;
      dots.classList.toggle("off", off);
      if (on && !off) card.querySelector("header").append(el("p", { class: "filtered" }, put(say.filter_card, n, percent(n, of[i]), percent(total, all)) + (more[i] ? put(say.filter_more, more[i]) : "")));
      if (!row) return;
      row.querySelector("rect").setAttribute("width", on ? (300 * n / most).toFixed(1) : usual.get(String(s.id))[0]);
      row.querySelector(".value").textContent = on ? n + " · " + percent(n, of[i]) : usual.get(String(s.id))[1];
    });
    cards.append(...(on ? [...order].sort((a, b) => shares.get(b) - shares.get(a)) : order));
    boxes.forEach(({ set, note, why, counts }, f) => {
      const [title, values] = data.fields[f], now = chosen.get(f), fits = goesWith(f);
      set.disabled = !fits;
      why.hidden = fits;
      note.textContent = now ? say.colon + [...now].sort((a, b) => a - b).map((v) => name(values[v])).join(say.comma) : "";
      counts.forEach(([box, count], n) => {
        const [by, rare] = fits ? counted(new Map(chosen).set(f, new Set([n]))) : [values[n][2], []];
        box.checked = Boolean(now?.has(n));
        count.textContent = sum(by) + (sum(rare) ? "+" : "");
      });
    });
    const hidden = order.filter((c) => c.hidden).length;
    const what = fields.map((f) => data.fields[f][0] + " = " + [...chosen.get(f)].sort((a, b) => a - b).map((v) => name(data.fields[f][1][v])).join(say.filter_or)).join(say.filter_and);
    reset.hidden = !on;
    result.replaceChildren(...(on ? [put(say.filter_result, total, all, what), sum(more) ? put(say.filter_rare, sum(more)) : "", say.filter_order, hidden ? put(say.filter_none, hidden) : ""] : []));
  };
  reset.addEventListener("click", () => {
    chosen.clear();
    apply();
    filter.querySelector("summary").focus();
  });
  filter.hidden = false;
  apply();
}
