// The users of a segment: a table that is made when it is opened, some rows at
// a time, and a file of all of them.
const rowsAtOnce = 100;
const usersOf = (i) => data.users.filter((u) => u[SEG] === i);
const nameOf = (i) => (i < 0 ? say.unassigned : data.segments[i].id + " " + data.segments[i].name);
const collator = new Intl.Collator(document.documentElement.lang, { numeric: true });
const firstOf = (u) => (u[WHY].length ? plain(u[WHY][0][0]) : "");
const columns = [
  [say.user, (u) => u[ID], (a, b) => collator.compare(a[ID], b[ID])],
  [say.texts, (u) => u[TEXTS], (a, b) => a[TEXTS] - b[TEXTS]],
  [say.margin, (u) => u[MARGIN].toFixed(2), (a, b) => a[MARGIN] - b[MARGIN]],
  [say.runner_up, (u) => nameOf(u[NEXT]), (a, b) => a[NEXT] - b[NEXT]],
  [say.deciding_1, (u) => firstOf(u), (a, b) => collator.compare(firstOf(a), firstOf(b))],
];

const usersTable = (i) => {
  const users = usersOf(i), out = el("div", { class: "list" }), note = el("p", { class: "about", role: "status" });
  const body = el("tbody"), heads = [];
  let by = 2, down = true, shown = rowsAtOnce;
  const fill = () => {
    const [, , order] = columns[by];
    users.sort((a, b) => (down ? order(b, a) : order(a, b)));
    body.replaceChildren(...users.slice(0, shown).map((u) => {
      const b = el("button", { type: "button", class: "plainly" }, el("bdi", {}, u[ID]));
      b.addEventListener("click", () => { find.value = u[ID]; show(u); find.focus(); document.getElementById("lookup").scrollIntoView(); });
      return el("tr", {}, el("th", { scope: "row" }, b), ...columns.slice(1).map(([, value], n) => el("td", n < 2 ? { class: "n" } : { dir: "auto" }, String(value(u)))));
    }));
    heads.forEach((h, n) => h.setAttribute("aria-sort", n !== by ? "none" : down ? "descending" : "ascending"));
    more.hidden = shown >= users.length;
    note.textContent = put(say.users_shown, Math.min(shown, users.length), users.length) + (data.shown < data.all ? " " + say.users_part : "");
  };
  for (const [n, [title]] of columns.entries()) {
    const b = el("button", { type: "button", class: "plainly" }, title), h = el("th", { scope: "col" }, b);
    b.addEventListener("click", () => { down = n === by ? !down : n === 1 || n === 2; by = n; fill(); });
    heads.push(h);
  }
  const more = el("button", { type: "button" }, say.users_more);
  more.addEventListener("click", () => { shown += rowsAtOnce; fill(); });
  const file = el("button", { type: "button" }, say.save_csv);
  file.addEventListener("click", () => save("segment-" + data.segments[i].id + ".csv", new Blob([csv([
    ["user", "segment", "segment_name", "texts", "margin", "runner_up", "deciding_text"],
    ...usersOf(i).map((u) => [u[ID], data.segments[i].id, data.segments[i].name, u[TEXTS], u[MARGIN], u[NEXT] < 0 ? -1 : data.segments[u[NEXT]].id, firstOf(u)]),
  ])], { type: "text/csv;charset=utf-8" })));
  const table = el("table", { class: "users" }, el("thead", {}, el("tr", {}, ...heads)), body);
  fill();
  out.append(note, el("div", { class: "scroll", tabindex: "0", role: "group", "aria-label": say.users_of }, table), el("p", { class: "tools" }, more, " ", file));
  return out;
};
for (const d of document.querySelectorAll("details.members")) {
  d.hidden = false;
  d.addEventListener("toggle", () => {
    if (d.open && !d.querySelector(".list")) d.append(usersTable(data.segments.findIndex((s) => s.id === Number(d.dataset.segment))));
  });
}
