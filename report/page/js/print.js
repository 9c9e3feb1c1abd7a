// On paper everything is open but the tables of users; afterwards it is as it
// was. One segment can be printed alone.
let opened = [];
addEventListener("beforeprint", () => {
  opened = [...document.querySelectorAll("details:not([open]):not(.members)")];
  for (const d of opened) d.open = true;
});
addEventListener("afterprint", () => {
  for (const d of opened) d.open = false;
  opened = [];
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
