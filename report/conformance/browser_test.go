package conformance

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
)

// browser returns the path of a browser, and skips the test where there is none.
func browser(t *testing.T) string {
	t.Helper()
	names := []string{"chromium", "chromium-browser", "google-chrome", "chrome"}
	if b := os.Getenv("COHORT_BROWSER"); b != "" {
		names = []string{b}
	}
	for _, n := range names {
		if path, err := exec.LookPath(n); err == nil {
			return path
		}
	}
	if os.Getenv("COHORT_REQUIRE_BROWSER") != "" {
		t.Fatalf("none of %q is in the PATH", names)
	}
	t.Skipf("none of %q is in the PATH: set COHORT_BROWSER to the path of a Chromium", names)
	return ""
}

// tab is an open page and all that it complained of.
type tab struct {
	t   *testing.T
	ctx context.Context
	url string

	mu     sync.Mutex
	faults []string
}

// open opens a file at a size, in the light or the dark scheme.
func open(t *testing.T, file string, width, height int64, scheme string) *tab {
	t.Helper()
	opts := []chromedp.ExecAllocatorOption{chromedp.Headless, chromedp.ExecPath(browser(t))}
	if os.Geteuid() == 0 {
		opts = append(opts, chromedp.NoSandbox) // which root has not
	}
	ctx, cancel := context.WithTimeout(t.Context(), 2*time.Minute)
	t.Cleanup(cancel)
	ctx, cancel = chromedp.NewExecAllocator(ctx, opts...)
	t.Cleanup(cancel)
	ctx, cancel = chromedp.NewContext(ctx)
	t.Cleanup(cancel)
	file, err := filepath.Abs(file)
	if err != nil {
		t.Fatal(err)
	}
	b := &tab{t: t, ctx: ctx, url: "file://" + filepath.ToSlash(file)}
	b.check(chromedp.Listen(ctx, b.listen))
	_, err = chromedp.Call(ctx, page.AddScriptToEvaluateOnNewDocument, page.AddScriptToEvaluateOnNewDocumentParams{
		Source: `window.violations = []; addEventListener("securitypolicyviolation", (e) => violations.push(e.violatedDirective + " " + e.blockedURI + " " + e.sample));`,
	})
	b.check(err)
	b.media("", scheme)
	_, err = chromedp.Call(ctx, emulation.SetDeviceMetricsOverride, emulation.SetDeviceMetricsOverrideParams{Width: width, Height: height, DeviceScaleFactor: 1, Mobile: width < 600})
	b.check(err)
	b.check(chromedp.Do(ctx, chromedp.Navigate(b.url)))
	return b
}

func (b *tab) media(kind, scheme string) {
	b.t.Helper()
	_, err := chromedp.Call(b.ctx, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Media: kind, Features: []*emulation.MediaFeature{
		{Name: "prefers-color-scheme", Value: scheme}, {Name: "prefers-reduced-motion", Value: "reduce"},
	}})
	b.check(err)
}

// listen notes what no page of ours may do. It runs in the browser's loop.
func (b *tab) listen(ev any) {
	fault := ""
	switch e := ev.(type) {
	case *runtime.EventExceptionThrown:
		fault = "exception: " + e.ExceptionDetails.Text
		if e.ExceptionDetails.Exception != nil {
			fault += " " + e.ExceptionDetails.Exception.Description
		}
	case *runtime.EventConsoleAPICalled:
		fault = "console: " + string(e.Type)
	case *log.EventEntryAdded:
		fault = "log: " + e.Entry.Text
	case *page.EventJavascriptDialogOpening:
		fault = "dialog: " + e.Message
	case *network.EventRequestWillBeSent:
		if e.Request.URL != b.url {
			fault = "request: " + e.Request.URL
		}
	}
	if fault != "" {
		b.mu.Lock()
		b.faults = append(b.faults, fault)
		b.mu.Unlock()
	}
}

func (b *tab) check(err error) {
	b.t.Helper()
	if err != nil {
		b.t.Fatal(err)
	}
}

// js evaluates an expression.
func js[T any](b *tab, expression string, args ...any) T {
	b.t.Helper()
	v, err := chromedp.Run(b.ctx, chromedp.Evaluate[T](fmt.Sprintf(expression, args...)))
	if err != nil {
		b.t.Fatalf("%.120s: %v", expression, err)
	}
	return v
}

func (b *tab) keys(keys string) {
	b.t.Helper()
	b.check(chromedp.Do(b.ctx, chromedp.KeyEvent(keys)))
}

// clean fails the test on anything the page complained of or should not be.
func (b *tab) clean() {
	b.t.Helper()
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, f := range b.faults {
		b.t.Error(f)
	}
	for _, v := range js[[]string](b, `violations`) {
		b.t.Error("policy violation: " + v)
	}
	if js[bool](b, `"pwned" in window`) {
		b.t.Error("a text of the data was run")
	}
	for _, s := range js[[]string](b, `(() => {
		const bad = [];
		for (const e of document.querySelectorAll("img,iframe,object,embed,link,form,base,audio,video,animate,meta[http-equiv=refresh]")) bad.push("element " + e.outerHTML.slice(0, 80));
		if (document.scripts.length !== 2) bad.push(document.scripts.length + " scripts");
		for (const e of document.querySelectorAll("*")) for (const a of e.attributes) {
			if (a.name.startsWith("on") || a.name === "style") bad.push("attribute " + a.name);
			if (/^(href|src|action|data|xlink:href)$/.test(a.name) && !/^#(segment|sizes$)/.test(a.value)) bad.push(a.name + " " + a.value.slice(0, 80));
		}
		const odd = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u061c\u200b\u200e\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff]/.exec(document.documentElement.textContent);
		if (odd) bad.push("character U+" + odd[0].codePointAt(0).toString(16));
		return bad;
	})()`) {
		b.t.Error(s)
	}
}

// keep writes a picture of the whole page where COHORT_SCREENSHOTS says.
func (b *tab) keep(name string) {
	b.t.Helper()
	if os.Getenv("COHORT_SCREENSHOTS") == "" {
		return
	}
	png, err := chromedp.Run(b.ctx, chromedp.FullScreenshot(100))
	if err != nil { // too high for one picture
		png, err = chromedp.Run(b.ctx, chromedp.CaptureScreenshot())
	}
	b.check(err)
	b.keepFile(name+".png", png)
}

// keepFile writes a picture or a print into the directory of COHORT_SCREENSHOTS,
// which it makes.
func (b *tab) keepFile(name string, data []byte) {
	b.t.Helper()
	dir := os.Getenv("COHORT_SCREENSHOTS")
	if dir == "" {
		return
	}
	b.check(os.MkdirAll(dir, 0o777))
	b.check(os.WriteFile(filepath.Join(dir, name), data, 0o666))
}

// lookUp types an ID into the look-up, presses Enter, and returns what it says.
func (b *tab) lookUp(id string) string {
	b.t.Helper()
	js[any](b, `(() => { const f = document.getElementById("find"); f.value = %q; f.focus(); f.dispatchEvent(new Event("input")); return null; })()`, id)
	b.keys("\r")
	return js[string](b, `document.getElementById("found").textContent`)
}

func TestHostileTextsAreText(t *testing.T) {
	t.Parallel()
	browser(t)
	for _, lang := range []string{"en", "zh"} {
		t.Run(lang, func(t *testing.T) {
			b := open(t, filepath.Join(hostileRun(t, lang), "report.html"), 1280, 900, "light")
			// Shown as it was written, in a card, on the map and by the look-up.
			for where, selector := range map[string]string{"card": ".card h3", "map": "#map .label title", "category": ".card details li", "title": ".kind"} {
				want := hostile[0]
				if where == "title" {
					want = hostile[1]
				}
				if !js[bool](b, `[...document.querySelectorAll(%q)].some((e) => e.textContent.includes(%q))`, selector, want) {
					t.Errorf("%s: %q is not shown", where, want)
				}
			}
			for _, h := range hostile[:8] {
				said := b.lookUp(h)
				if strings.Count(said, h) < 2 { // the ID, and the beginning of a text
					t.Errorf("the look-up of %q says %.600q", h, said)
				}
			}
			if said := b.lookUp("⟨U+202E⟩gnp.exe"); !strings.Contains(said, "⟨U+202E⟩gnp.exe⟨U+202C⟩ ⟨U+2066⟩isolated⟨U+2069⟩ over") {
				t.Errorf("bidirectional controls: %q", said)
			}
			if said := b.lookUp("WWWWWWWWWWWW"); !strings.Contains(said, "WWWWWWWWWWWW") {
				t.Errorf("a long word: %q", said)
			}
			// Everything that can be opened, pointed at or pressed.
			js[any](b, `(() => {
				for (const d of document.querySelectorAll("details")) d.open = true;
				for (const e of document.querySelectorAll("*")) for (const kind of ["mouseenter", "mouseover", "focus", "mousemove"]) e.dispatchEvent(new Event(kind, {bubbles: true}));
				return null;
			})()`)
			b.keep("hostile-" + lang)
			b.clean()
		})
	}
}

func TestKeyboard(t *testing.T) {
	t.Parallel()
	b := open(t, filepath.Join(hostileRun(t, "en"), "report.html"), 1280, 900, "light")
	cards := js[[]string](b, `[...document.querySelectorAll(".card")].map((c) => c.id)`)
	if len(cards) != 3 {
		t.Fatalf("cards %q", cards)
	}
	reached := map[string]bool{}
	b.keys("\t")
	if at := js[string](b, `document.activeElement.className`); at != "skip" {
		t.Errorf("the first stop is %q, want the link that skips to the segments", at)
	}
	b.keys("\r")
	if at := js[string](b, `location.hash`); at != "#segments" {
		t.Errorf("skipped to %q", at)
	}
	js[any](b, `(document.activeElement.blur(), location.hash = "", null)`)
	for range 60 {
		b.keys("\t")
		at := js[[]string](b, `(() => { const e = document.activeElement, c = e.closest(".card"), s = getComputedStyle(e);
			return [c ? c.id : e.id || e.getAttribute("class") || "", s.outlineStyle + parseFloat(s.outlineWidth), e.tagName]; })()`)
		if at[2] == "BODY" {
			break
		}
		if !reached[at[0]] && at[1] != "solid3" {
			t.Errorf("focus on %s %s is not to be seen: outline %s", at[2], at[0], at[1])
		}
		reached[at[0]] = true
		if at[0] == "find" {
			break
		}
	}
	for _, want := range append(cards, "label", "scroll", "find") {
		if !reached[want] {
			t.Errorf("the Tab key does not reach %s; it reaches %v", want, reached)
		}
	}
	// The look-up has the focus now.
	b.keys("user2")
	if n := js[int](b, `document.querySelectorAll("#found .hits button").length`); n != 10 {
		t.Errorf("user2 matches %d users, want 10", n)
	}
	b.keys("\r")
	if said := js[string](b, `document.querySelector("#found h3")?.textContent ?? ""`); !strings.HasPrefix(said, "user20 → ") {
		t.Errorf("Enter answers %q", said)
	}
	b.keys("\x1b")
	if said := js[string](b, `document.getElementById("found").textContent`); said != "" {
		t.Errorf("Escape leaves %q", said)
	}
	b.keys("nobody")
	if said := js[string](b, `document.getElementById("found").textContent`); said != "No user has this ID." {
		t.Errorf("nobody is %q", said)
	}
	// A card opens by its summary.
	js[any](b, `(document.querySelector(".card summary").focus(), null)`)
	b.keys("\r")
	if !js[bool](b, `document.querySelector(".card details").open`) {
		t.Error("Enter does not open a card")
	}
	b.clean()
}

func TestMap(t *testing.T) {
	t.Parallel()
	b := open(t, filepath.Join(hostileRun(t, "en"), "report.html"), 1280, 900, "light")
	// A label leads to its card.
	for _, id := range []string{"1", "2", "3"} {
		at := js[[]float64](b, `(() => { document.getElementById("map").scrollIntoView({block: "center"}); const r = document.querySelector('.label[data-segment="%s"]').getBoundingClientRect(); return [r.x + r.width / 2, r.y + r.height / 2]; })()`, id)
		b.check(chromedp.Do(b.ctx, chromedp.MouseClickXY(at[0], at[1])))
		if got := js[string](b, `location.hash`); got != "#segment-"+id {
			t.Errorf("the label of %s leads to %q", id, got)
		}
		if y := js[float64](b, `document.getElementById("segment-%s").getBoundingClientRect().y`, id); y < 0 || y > 450 {
			t.Errorf("card %s stands at %v", id, y)
		}
	}
	// A dot, away from the labels, says whose it is, and leads by the look-up to the card.
	type dot struct {
		ID      string
		Segment int
		X, Y    float64
	}
	d := js[dot](b, `(() => {
		document.getElementById("map").scrollIntoView({block: "center"});
		const data = JSON.parse(document.getElementById("data").textContent), box = document.getElementById("map").getBoundingClientRect();
		for (const u of data.users) {
			const x = box.x + u[5] * box.width / 1000, y = box.y + u[6] * box.width / 1000;
			const near = data.users.filter((v) => Math.hypot(v[5] - u[5], v[6] - u[6]) < 2);
			if (near.length === 1 && /^user/.test(u[0]) && !document.elementFromPoint(x, y).closest("a")) return {ID: u[0], Segment: data.segments[u[1]].id, X: x, Y: y};
		}
	})()`)
	b.check(chromedp.Do(b.ctx, chromedp.MouseEvent("mouseMoved", d.X, d.Y)))
	if tip := js[string](b, `document.getElementById("tip").hidden ? "" : document.getElementById("tip").textContent`); !strings.HasPrefix(tip, d.ID+" · ") {
		t.Errorf("the dot of %s says %q", d.ID, tip)
	}
	b.check(chromedp.Do(b.ctx, chromedp.MouseClickXY(d.X, d.Y)))
	if got := js[string](b, `document.querySelector("#found h3 a").getAttribute("href")`); got != fmt.Sprintf("#segment-%d", d.Segment) {
		t.Errorf("the dot of %s, of segment %d, leads to %q", d.ID, d.Segment, got)
	}
	if got := js[string](b, `document.querySelector("#found h3 bdi").textContent`); got != d.ID {
		t.Errorf("the dot of %s looks up %q", d.ID, got)
	}
	b.clean()
}

func TestNarrow(t *testing.T) {
	t.Parallel()
	for _, lang := range []string{"en", "zh"} {
		dir := hostileRun(t, lang)
		for _, width := range []int64{320, 390, 768} {
			b := open(t, filepath.Join(dir, "report.html"), width, 844, "light")
			b.lookUp("WWWWWWWWWWWW")
			js[any](b, `(document.querySelectorAll("details").forEach((d) => { d.open = true; }), null)`)
			if w := js[[]int](b, `[document.documentElement.scrollWidth, document.documentElement.clientWidth]`); w[0] > w[1] {
				t.Errorf("%s: at %d pixels the page is %d wide", lang, width, w[0])
			}
			// No word of ours is broken.
			if broken := js[[]string](b, `(() => {
				const bad = [], range = document.createRange();
				for (const e of document.querySelectorAll("h2, h4, th, dt, .about, figcaption, .todo td:last-child")) for (const n of e.childNodes) if (n.nodeType === 3)
					for (const m of n.data.matchAll(/[A-Za-z]+/g)) {
						range.setStart(n, m.index); range.setEnd(n, m.index + m[0].length);
						if (m[0].length < 20 && range.getClientRects().length > 1) bad.push(m[0]);
					}
				return bad;
			})()`); len(broken) > 0 {
				t.Errorf("%s: at %d pixels these words are broken: %q", lang, width, broken)
			}
			b.keep(fmt.Sprintf("narrow-%s-%d", lang, width))
			b.clean()
		}
	}
}

// contrast lists the texts with less than the 4.5 that WCAG 2.2 asks for
// (success criterion 1.4.3), each with its ratio.
const contrast = `(() => {
	const rgb = (s) => { const m = s.match(/[\d.]+/g).map(Number); return m.length < 4 ? [...m, 1] : m; };
	const over = (a, b) => [0, 1, 2].map((i) => a[i] * a[3] + b[i] * (1 - a[3])).concat(1);
	const lum = (c) => [0, 1, 2].map((i) => { const v = c[i] / 255; return v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4; }).reduce((s, v, i) => s + v * [0.2126, 0.7152, 0.0722][i], 0);
	const ratio = (a, b) => { const [x, y] = [lum(a), lum(b)].sort((p, q) => q - p); return (x + 0.05) / (y + 0.05); };
	const ground = (e) => {
		const layers = [];
		for (; e; e = e.parentElement) { const c = rgb(getComputedStyle(e).backgroundColor); if (c[3]) layers.unshift(c); }
		return layers.reduce((b, c) => over(c, b), [255, 255, 255, 1]);
	};
	const bad = [];
	let seen = 0;
	const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
	for (let n; n = walk.nextNode();) {
		const e = n.parentElement;
		if (!n.data.trim() || e.closest("script,style,noscript,title,[hidden],.skip") || !e.getClientRects().length) continue;
		const s = getComputedStyle(e);
		let back = ground(e), ink = rgb(e.closest("svg") ? s.fill : s.color);
		if (/\bv\d/.test(e.getAttribute("class"))) back = over(rgb(getComputedStyle(e.previousElementSibling).fill), back);
		seen++;
		const r = ratio(over(ink, back), back);
		if (r < 4.5) bad.push(r.toFixed(2) + " " + n.data.trim().slice(0, 30) + " " + e.getAttribute("class"));
	}
	return [String(seen), ...new Set(bad)];
})()`

func TestColours(t *testing.T) {
	t.Parallel()
	dir := hostileRun(t, "en")
	back := map[string]string{}
	for _, scheme := range []string{"light", "dark"} {
		b := open(t, filepath.Join(dir, "report.html"), 1280, 900, scheme)
		b.lookUp("user20")
		js[any](b, `(document.querySelectorAll("details").forEach((d) => { d.open = true; }), null)`)
		back[scheme] = js[string](b, `getComputedStyle(document.body).backgroundColor`)
		got := js[[]string](b, contrast)
		if len(got[0]) < 3 {
			t.Fatalf("only %s texts were looked at", got[0])
		}
		for _, low := range got[1:] {
			t.Errorf("%s: contrast %s", scheme, low)
		}
		b.keep("colours-" + scheme)
		b.clean()
	}
	if back["light"] == back["dark"] {
		t.Errorf("the dark scheme has the light one's ground, %s", back["dark"])
	}
}

func TestPrint(t *testing.T) {
	t.Parallel()
	b := open(t, filepath.Join(hostileRun(t, "en"), "report.html"), 1280, 900, "dark")
	js[any](b, `(window.whilePrinting = -1, addEventListener("beforeprint", () => { whilePrinting = document.querySelectorAll("details.differs:not([open])").length; }), null)`)
	pdf, err := chromedp.Run(b.ctx, chromedp.PrintToPDF())
	b.check(err)
	if !strings.HasPrefix(string(pdf), "%PDF-") || len(pdf) < 10_000 {
		t.Errorf("a PDF of %d bytes", len(pdf))
	}
	if n := js[int](b, `whilePrinting`); n != 0 {
		t.Errorf("%d cards are closed on paper", n)
	}
	if n := js[int](b, `document.querySelectorAll("details[open]").length`); n != 0 {
		t.Errorf("%d cards stay open after printing", n)
	}
	b.media("print", "dark")
	for _, low := range js[[]string](b, contrast)[1:] {
		t.Errorf("on paper, in the dark scheme: contrast %s", low)
	}
	if ground := js[string](b, `getComputedStyle(document.querySelector(".card")).backgroundColor`); ground != "rgb(255, 255, 255)" {
		t.Errorf("cards are printed on %s", ground)
	}
	if shown := js[[]string](b, `["#lookup", ".skip", "#tip"].filter((s) => document.querySelector(s).getClientRects().length)`); len(shown) > 0 {
		t.Errorf("%q are of no use on paper", shown)
	}
	b.keep("print")
	b.clean()
}
