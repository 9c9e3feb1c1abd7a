package conformance

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"github.com/chromedp/chromedp"

	"github.com/seed-56ee9438/cohort/result"
)

// axe returns the program of axe-core, and skips the test where there is none.
func axe(t *testing.T) string {
	t.Helper()
	path := os.Getenv("COHORT_AXE")
	if path == "" {
		if os.Getenv("COHORT_REQUIRE_BROWSER") != "" {
			t.Fatal("COHORT_AXE is not set")
		}
		t.Skip("COHORT_AXE is not set: set it to the path of axe.min.js, which .ci/axe fetches")
	}
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// broken are violations as axe tells them: rule and element.
const broken = `axe.run(document, {resultTypes: ["violations"]}).then((r) => {
	if (r.passes.length < 20) return ["only " + r.passes.length + " rules were applied"];
	return r.violations.flatMap((v) => v.nodes.map((n) => v.id + " (" + v.help + "): " + n.html.slice(0, 200) + " " + (n.any[0] ?? n.all[0] ?? n.none[0])?.message));
})`

// TestAccessible: axe-core finds nothing wrong with the page, whatever is
// opened, on a phone, a laptop and paper, in the light and the dark scheme.
func TestAccessible(t *testing.T) {
	t.Parallel()
	program := axe(t)
	browser(t)
	s := filtered()
	s.Users[0].Deciding[0].Words = []result.WordEffect{{Word: "theirs", Effect: 0.1}}
	many := write(t, s)
	for _, at := range []struct {
		width  int64
		media  string
		scheme string
	}{{390, "", "light"}, {390, "", "dark"}, {1366, "", "light"}, {1366, "", "dark"}, {794, "print", "light"}, {794, "print", "dark"}} {
		for _, file := range []string{filepath.Join(hostileRun(t, "en"), "report.html"), many} {
			b := open(t, file, at.width, 844, at.scheme)
			b.media(at.media, at.scheme)
			if at.media == "" {
				b.lookUp("user00")
				js[any](b, `(document.querySelector("#found .hits button")?.click(), null)`)
				js[any](b, `(document.querySelectorAll("#filter fieldset").forEach((f) => f.querySelector("input:enabled")?.click()), null)`)
			}
			js[any](b, `(document.querySelectorAll("details").forEach((d) => { d.open = true; }), null)`)
			if _, err := chromedp.Run(b.ctx, chromedp.Evaluate[bool](program+"\n;true")); err != nil {
				t.Fatal(err)
			}
			found, err := chromedp.Run(b.ctx, chromedp.Evaluate[[]string](broken, chromedp.EvalAwaitPromise))
			if err != nil {
				t.Fatal(err)
			}
			for _, f := range found {
				t.Errorf("%d %s %s: %s", at.width, at.media, at.scheme, f)
			}
			b.keep(fmt.Sprintf("axe-%d%s-%s-%s", at.width, at.media, at.scheme, filepath.Base(filepath.Dir(file))[:2]))
		}
	}
}
