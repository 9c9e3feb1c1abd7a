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
// Texts whose words have effects are in parts: [word, heat], and text between them.
const plain = (text) => (Array.isArray(text) ? text.map((p) => (Array.isArray(p) ? p[0] : p)).join("") : text);
const marked = (text) => (Array.isArray(text) ? text.map((p) => (Array.isArray(p) ? el("mark", { class: "m" + p[1] }, p[0]) : p)) : [text]);
const strongest = (text) => [...new Map(text.filter(Array.isArray).sort((a, b) => b[1] - a[1])).keys()];
const named = (i) => {
  if (i < 0) return el("span", {}, say.unassigned);
  const s = data.segments[i];
  return el("a", { href: "#segment-" + s.id }, el("span", { class: "no c" + s.color }, String(s.id)), " ", el("bdi", {}, s.name));
};
