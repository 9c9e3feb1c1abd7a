// On paper what tells a segment from others is open, and what is said of it in
// detail stays closed, so that it fits one sheet; afterwards all is as it was.
// One segment can be printed alone.
let opened = [], closed = [];
addEventListener("beforeprint", () => {
  opened = [...document.querySelectorAll("details.differs:not([open])")];
  for (const d of opened) d.open = true;
  closed = [...document.querySelectorAll(".card details[open]:not(.differs)")];
  for (const d of closed) d.open = false;
});
addEventListener("afterprint", () => {
  for (const d of opened) d.open = false;
  for (const d of closed) d.open = true;
  opened = closed = [];
  document.body.classList.remove("alone");
  document.querySelector(".card.alone")?.classList.remove("alone");
});
for (const card of document.querySelectorAll(".card")) {
  const b = el("button", { type: "button", "aria-label": put(say.print_segment, card.querySelector("h3").textContent.trim()) }, say.print);
  b.addEventListener("click", () => {
    document.body.classList.add("alone");
    card.classList.add("alone");
    print();
  });
  card.append(el("p", { class: "tools" }, b));
}
