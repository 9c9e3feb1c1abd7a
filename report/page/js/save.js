// Files made by the page itself.
const save = (name, blob) => {
  const a = el("a", { href: URL.createObjectURL(blob), download: name });
  a.click();
  setTimeout(() => URL.revokeObjectURL(a.href), 10000);
};

// A cell that a spreadsheet would evaluate is preceded by a quotation mark, as
// in segments.csv.
const cell = (v) => {
  const s = String(v), rest = s.replace(/^'+/, "");
  const formula = /^[=+\-@\t\r\n＝＋－＠]/.test(rest) && !(rest === s && /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(s));
  const safe = formula ? "'" + s : s;
  return /[",\r\n]/.test(safe) || /^\s/.test(safe) ? '"' + safe.replace(/"/g, '""') + '"' : safe;
};
const csv = (rows) => rows.map((r) => r.map(cell).join(",") + "\n").join("");
