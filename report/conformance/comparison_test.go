package conformance

import (
	"fmt"
	"path/filepath"
	"testing"

	"github.com/chromedp/chromedp"
)

// TestComparisonPage: the page of two runs, made by the command from hostile
// texts, is self-contained, fits a phone, saves its charts, and axe-core finds
// nothing wrong with it.
func TestComparisonPage(t *testing.T) {
	t.Parallel()
	browser(t)
	dir := hostileRun(t, "en")
	other := filepath.Join(t.TempDir(), "other")
	cohort(t, "segment", "--in", filepath.Join(filepath.Dir(dir), "in.csv"), "--out", other, "--k", "4", "--rating", "stars", "--clean", "none")
	file := filepath.Join(t.TempDir(), "drift.html")
	cohort(t, "drift", "--before", dir, "--after", other, "--html", file)
	for _, at := range []struct {
		width  int64
		scheme string
	}{{390, "light"}, {1366, "dark"}} {
		b := open(t, file, at.width, 844, at.scheme)
		if w := js[[]int](b, `[document.documentElement.scrollWidth, document.documentElement.clientWidth]`); w[0] > w[1] {
			t.Errorf("at %d pixels the page is %d wide", at.width, w[0])
		}
		if n := js[int](b, `document.querySelectorAll(".ribbon").length`); n < 3 {
			t.Errorf("%d flows", n)
		}
		for _, low := range js[[]string](b, contrast)[1:] {
			t.Errorf("%s: contrast %s", at.scheme, low)
		}
		for _, chart := range []string{"shares", "flows"} {
			b.saved(t.TempDir(), fmt.Sprintf(`((e) => (e.closest(".scroll") ?? e).nextElementSibling.querySelector("button"))(document.querySelector("[data-chart=%s]"))`, chart), chart+".png")
		}
		b.keep(fmt.Sprintf("drift-%d", at.width))
		b.clean()
	}
	program := axe(t)
	b := open(t, file, 390, 844, "dark")
	if _, err := chromedp.Run(b.ctx, chromedp.Evaluate[bool](program+"\n;true")); err != nil {
		t.Fatal(err)
	}
	found, err := chromedp.Run(b.ctx, chromedp.Evaluate[[]string](broken, chromedp.EvalAwaitPromise))
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range found {
		t.Error(f)
	}
}
