// Texts by metadata: how many of each segment's texts have one value of one field.
const filter = document.getElementById("filter");
if (filter && data.fields.length) {
  const field = document.getElementById("field"), value = document.getElementById("value"), result = document.getElementById("filtered");
  const cards = document.querySelector(".cards"), order = [...cards.children];
  const rows = new Map([...document.querySelectorAll("#sizes .row")].map((r) => [r.dataset.segment, r]));
  const usual = new Map([...rows].map(([id, r]) => [id, [r.querySelector("rect").getAttribute("width"), r.querySelector(".value").textContent]]));
  const sum = (x) => x.reduce((a, b) => a + b, 0);
  const percent = (n, of) => (of ? (100 * n / of).toFixed(n && n < 0.1 * of ? 1 : 0) : "0") + "%";
  const name = (v) => (v[1] ? v[0] + " – " + v[1] : v[0]);
  filter.hidden = false;
  for (const [n, f] of data.fields.entries()) field.append(el("option", { value: n }, f[0]));

  const apply = () => {
    const f = data.fields[field.value], v = f && f[1][value.value];
    for (const p of document.querySelectorAll(".card .filtered")) p.remove();
    const shares = new Map();
    const all = v ? sum(f[2]) : 0, most = v ? Math.max(...v[2], 1) : 0, total = v ? sum(v[2]) : 0;
    data.segments.forEach((s, i) => {
      const card = document.getElementById("segment-" + s.id), row = rows.get(String(s.id)), dots = map.querySelector('.dots[data-segment="' + s.id + '"]');
      const n = v ? v[2][i] : 0, none = Boolean(v) && !n;
      shares.set(card, v && f[2][i] ? n / f[2][i] : 0);
      card.hidden = none;
      dots.classList.toggle("off", none);
      if (v && n) card.querySelector("header").append(el("p", { class: "filtered" }, put(say.filter_card, n, percent(n, f[2][i]), percent(total, all))));
      if (!row) return;
      row.querySelector("rect").setAttribute("width", v ? (300 * n / most).toFixed(1) : usual.get(String(s.id))[0]);
      row.querySelector(".value").textContent = v ? n + " · " + percent(n, f[2][i]) : usual.get(String(s.id))[1];
    });
    cards.append(...(v ? [...order].sort((a, b) => shares.get(b) - shares.get(a)) : order));
    const hidden = order.filter((c) => c.hidden).length;
    result.replaceChildren(...(v ? [put(say.filter_result, total, all, f[0], name(v)), ...(hidden ? [" ", put(say.filter_none, hidden)] : [])] : []));
  };
  field.addEventListener("change", () => {
    const f = data.fields[field.value];
    value.replaceChildren(el("option", { value: "" }, say.filter_any), ...(f ? f[1].map((v, n) => el("option", { value: n }, name(v) + " (" + sum(v[2]) + ")")) : []));
    value.disabled = !f;
    apply();
  });
  value.addEventListener("change", apply);
}
