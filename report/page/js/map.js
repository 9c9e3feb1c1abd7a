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
