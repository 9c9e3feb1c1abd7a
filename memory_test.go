package cohort

import (
	"fmt"
	"iter"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/seed-56ee9438/cohort/internal/bag"
)

// bulky gives users*each texts of size bytes, each cut from a row of its own as
// a reader of CSV cuts it, so that whoever keeps a name or a word of a row
// keeps the whole row.
func bulky(users, each, size int) iter.Seq2[Text, error] {
	return func(yield func(Text, error) bool) {
		for n := range users * each {
			u := n % users
			w := bag.Topics[u%3]
			row := fmt.Sprintf("u%04d,%s,the %s and the %s number%d ", u, w[n%5], w[n%6], w[n/6%6], n)
			row += strings.Repeat("-", size-len(row))
			f := strings.SplitN(row, ",", 3)
			if !yield(Text{User: f[0], Text: f[2], Meta: map[string]string{"kind": f[1]}, Time: time.Unix(int64(n)*1e5, 0)}, nil) {
				return
			}
		}
	}
}

// Users' vectors stay, texts do not: while 48 MB of texts stream through, less
// than 16 MB more than at the start may be live (of these 4 MB are two blocks of
// 256 texts, and the rest mostly counts of 6,000 different words). The same
// count sees texts that do stay.
func TestMemoryIsBoundedWhenTextsStream(t *testing.T) {
	const users, each, size = 300, 20, 8 << 10
	const total, most = users * each * size, 16 << 20
	live := func() uint64 {
		runtime.GC()
		var m runtime.MemStats
		runtime.ReadMemStats(&m)
		return m.HeapAlloc
	}
	before := live()
	peak, stages := uint64(0), map[string]bool{}
	o := Options{K: 3, Model: &bag.Model{Features: 8}, Memory: 1, Bootstrap: 2, Sentiment: wordFeeling{}, Progress: func(p Progress) {
		if stages[p.Stage] = true; p.Done%1024 == 0 || p.Done == p.Total {
			peak = max(peak, live())
		}
	}}
	s, err := Segment(t.Context(), bulky(users, each, size), o)
	if err != nil {
		t.Fatal(err)
	}
	peak = max(peak, live())
	if s.Counts.Texts != users*each || !stages["embed"] || !stages["explain"] {
		t.Fatalf("%+v, stages %v", s.Counts, stages)
	}
	t.Logf("%d MB of texts, %.1f MB live at most", total>>20, float64(peak-before)/(1<<20))
	if peak > before+most {
		t.Errorf("%d bytes of texts: %d bytes live, want at most %d", total, peak-before, most)
	}
	var all []Text
	for x := range bulky(users, each, size) {
		all = append(all, x)
	}
	if now := live(); now < before+total {
		t.Errorf("texts that are kept are not seen: %d bytes live", now-before)
	}
	runtime.KeepAlive(all)
	runtime.KeepAlive(s)
}
