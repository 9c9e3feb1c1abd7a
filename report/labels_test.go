package report

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/seed-56ee9438/cohort/result"
)

// TestLabels: labels do not touch and are within the map, for 2 to 40 segments
// with centres anywhere, in one heap, on one line, or all the same.
func TestLabels(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(3, 4))
	names := []string{"dvd · apex · play", "WWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWW", "酒店 · 服务 · 入住 · 携程 · 房间 · 很好的地方啊啊啊啊啊啊啊", "a", ""}
	draws := map[string]func() (float64, float64){
		"anywhere": func() (float64, float64) { return r.Float64(), r.Float64() },
		"heap":     func() (float64, float64) { return 0.7 + 0.02*r.NormFloat64(), 0.3 + 0.02*r.NormFloat64() },
		"line":     func() (float64, float64) { return r.Float64(), 0 },
		"corner":   func() (float64, float64) { return 1, 1 },
	}
	for n := 2; n <= 40; n++ {
		for how, draw := range draws {
			cards := make([]card, n)
			for i := range cards {
				cards[i] = card{Profile: &result.Profile{ID: i + 1, Name: names[r.IntN(len(names))]}, Color: i % colors}
				cards[i].X, cards[i].Y = draw()
			}
			b := bounds{scale: min(mapWidth-2*mapEdge, mapHeight-2*mapEdge), dx: 200, dy: mapEdge}
			for kind, by := range map[string]lettering{"wide": wideLabels, "narrow": narrowLabels} {
				got := labels(b, cards, by)
				if len(got) != n {
					t.Errorf("%s, %s: %d of %d labels have room", how, kind, len(got), n)
				}
				for i, l := range got {
					if l.x < 0 || l.y < 0 || l.x+l.w > mapWidth || l.y+l.h > mapHeight {
						t.Errorf("%s, %s: of %d labels, %d is at %v", how, kind, n, l.ID, l.box)
					}
					for _, o := range got[:i] {
						if l.x < o.x+o.w && o.x < l.x+l.w && l.y < o.y+o.h && o.y < l.y+l.h {
							t.Errorf("%s, %s: of %d labels, %d at %v and %d at %v overlap", how, kind, n, l.ID, l.box, o.ID, o.box)
						}
					}
				}
			}
		}
	}
}

// A label stands at its centre if nothing is in the way, and otherwise has a
// line to it.
func TestLabelLines(t *testing.T) {
	t.Parallel()
	b := bounds{scale: 1}
	at := func(ys ...float64) string {
		cards := make([]card, len(ys))
		for i, y := range ys {
			cards[i] = card{Profile: &result.Profile{ID: i + 1, Name: "name", X: 500, Y: y}}
		}
		var d drawing
		drawLabels(&d, "wide", labels(b, cards, wideLabels))
		return d.String()
	}
	if got := at(100, 300); strings.Contains(got, "leader") {
		t.Errorf("labels with room were moved: %s", got)
	}
	got := at(100, 100)
	if n := strings.Count(got, "leader"); n != 1 || !strings.Contains(got, fmt.Sprintf(`d="M500 %dL`, mapHeight-100)) {
		t.Errorf("%d lines for two labels at one place: %s", n, got)
	}
}

// TestLabelsLeaveDots: names of a few segments stand on the map; those of many
// would hide it, so that numbers stand there and the names below.
func TestLabelsLeaveDots(t *testing.T) {
	t.Parallel()
	b := bounds{scale: min(mapWidth-2*mapEdge, mapHeight-2*mapEdge), dx: 200, dy: mapEdge}
	for _, test := range []struct {
		n       int
		numbers bool
	}{{1, false}, {5, false}, {10, false}, {29, true}, {80, true}} {
		cards := make([]card, test.n)
		for i := range cards {
			p := &result.Profile{ID: i + 1, Name: "washing machine · spin · very noisy", X: float64(i%9) / 9, Y: float64(i/9) / 9}
			cards[i] = card{Profile: p, Color: i % colors}
		}
		got := labels(b, cards, wideLabels)
		if h := hidden(got); numbered(got) != test.numbers || !test.numbers && h > mostHidden {
			t.Errorf("%d labels: numbers alone %v, want %v; %.2f of the map is hidden", test.n, numbered(got), test.numbers, h)
		}
	}
}
