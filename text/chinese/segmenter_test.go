package chinese

import (
	_ "embed"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"testing"
	"unicode/utf8"

	"github.com/seed-56ee9438/cohort/text"
)

//go:embed testdata/segmented.txt
var segmented string

// cuts returns the ends of words.
func cuts(words []string) []int {
	var ends []int
	n := 0
	for _, w := range words {
		n += len(w)
		ends = append(ends, n)
	}
	return ends
}

// f1 measures words found against words wanted: a word counts where both its
// ends are right.
func f1(f func(s string) [][2]int) (precision, recall float64) {
	var right, found, wanted int
	for line := range strings.Lines(segmented) {
		if strings.HasPrefix(line, "#") {
			continue
		}
		words := strings.Fields(line)
		want := map[[2]int]bool{}
		from := 0
		for _, end := range cuts(words) {
			want[[2]int{from, end}] = true
			from = end
		}
		for _, w := range f(strings.Join(words, "")) {
			found++
			if want[w] {
				right++
			}
		}
		wanted += len(words)
	}
	return float64(right) / float64(found), float64(right) / float64(wanted)
}

func spans(sp text.Splitter) func(s string) [][2]int {
	return func(s string) (out [][2]int) {
		for _, t := range sp.AppendTokens(nil, s) {
			out = append(out, [2]int{t.Start, t.End})
		}
		return out
	}
}

// TestAccuracy measures words against sentences cut by hand, with what pairs
// of characters get beside it.
func TestAccuracy(t *testing.T) {
	t.Parallel()
	score := func(name string, sp text.Splitter) float64 {
		p, r := f1(spans(sp))
		f := 2 * p * r / (p + r)
		t.Logf("%s: precision %.3f, recall %.3f, F1 %.3f", name, p, r, f)
		return f
	}
	score("pairs of characters", text.Splitter{})
	if f := score("words", text.Splitter{Chinese: Default()}); f < 0.92 {
		t.Errorf("F1 %.3f, floor 0.92", f)
	}
	if testing.Verbose() {
		for line := range strings.Lines(segmented) {
			want := strings.Fields(line)
			if got := Words(strings.Join(want, "")); !strings.HasPrefix(line, "#") && !slices.Equal(got, want) {
				t.Logf("%q, wanted %q", got, want)
			}
		}
	}
}

func TestWords(t *testing.T) {
	t.Parallel()
	for in, want := range map[string][]string{
		"":            nil,
		"买了iPhone手机！": {"买", "了", "iphone", "手机"},
		"這款手機的質量很好":   {"這款", "手機", "的", "質量", "很", "好"},
		"𠮷野家的手机":      {"𠮷", "野", "家", "的", "手机"},
	} {
		got := Words(in)
		if strings.Join(got, "") != strings.Join(want, "") {
			t.Errorf("Words(%q) = %q, want %q", in, got, want)
		}
		for _, w := range want {
			if utf8.RuneCountInString(w) > 1 && w != "這款" && !slices.Contains(got, w) {
				t.Errorf("Words(%q) = %q, has no %q", in, got, w)
			}
		}
	}
}

func TestOwnWords(t *testing.T) {
	t.Parallel()
	const s = "我的小米手环坏了"
	if got := Words(s); slices.Contains(got, "小米手环") {
		t.Fatalf("the dictionary has the word already: %q", got)
	}
	own, err := New(Options{Words: []string{"小米手環"}})
	if err != nil {
		t.Fatal(err)
	}
	if got := (text.Splitter{Chinese: own}).Words(s); !slices.Contains(got, "小米手环") {
		t.Errorf("own word not kept: %q", got)
	}
	// of characters and words that are far commoner than any name
	if own, err = New(Options{Words: []string{"有道", "在路上"}}); err != nil {
		t.Fatal(err)
	}
	for _, s := range []string{"买了有道这个", "他看在路上的时候"} {
		if got := (text.Splitter{Chinese: own}).Words(s); !slices.Contains(got, "有道") && !slices.Contains(got, "在路上") {
			t.Errorf("%q: the own word is cut: %q", s, got)
		}
	}
	for _, w := range []string{"", "手", "a手机", "手 机", "\xff\xff"} {
		if _, err := New(Options{Words: []string{w}}); !errors.Is(err, ErrWord) {
			t.Errorf("word %q: %v, want ErrWord", w, err)
		}
	}
}

// TestCuts checks the promises of text.Segmenter on random characters, simplified,
// traditional and rare, in runs longer than a piece.
func TestCuts(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(1, 2))
	for range 50 {
		var b strings.Builder
		for range r.IntN(3000) {
			switch r.IntN(8) {
			case 0:
				b.WriteRune(0x20000 + r.Int32N(0xA6D0))
			case 1:
				b.WriteString("手机")
			default:
				b.WriteRune(0x4E00 + r.Int32N(0x5000))
			}
		}
		checkCuts(t, b.String())
	}
}

func checkCuts(t *testing.T, s string) {
	t.Helper()
	last := 0
	for _, c := range Default().AppendCuts(nil, s) {
		if c <= last || c > len(s) || c < len(s) && !utf8.RuneStart(s[c]) {
			t.Fatalf("cut %d after %d of %d bytes", c, last, len(s))
		}
		last = c
	}
	if last != len(s) {
		t.Fatalf("last cut %d of %d bytes", last, len(s))
	}
}

func TestConcurrent(t *testing.T) {
	t.Parallel()
	const s = "客服态度特别差物流太慢了"
	want := Default().AppendCuts(nil, s)
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			for range 200 {
				if got := Default().AppendCuts(nil, s); !slices.Equal(got, want) {
					t.Errorf("cuts %v, alone %v", got, want)
					return
				}
			}
		})
	}
	wg.Wait()
}

func FuzzCuts(f *testing.F) {
	f.Add("这款手机的质量很好")
	f.Add("𠮷野家")
	f.Fuzz(func(t *testing.T, s string) {
		for _, k := range (text.Splitter{Chinese: Default()}).AppendTokens(nil, s) {
			if k.Kind == text.Han {
				checkCuts(t, k.Text)
			}
		}
	})
}

// BenchmarkWords cuts texts of 4 KB, 256 KB and 4 MB: the time a byte must not
// grow. Of each kind one is as people write, one without a mark.
func BenchmarkWords(b *testing.B) {
	sp := text.Splitter{Chinese: Default()}
	for _, c := range [][2]string{
		{"sentences", "这款手机的质量很好，电池也耐用。客服态度特别差，物流太慢了！"},
		{"unbroken", "这款手机的质量很好电池也耐用客服态度特别差物流太慢了"},
	} {
		name, piece := c[0], c[1]
		for _, n := range []int{4 << 10, 256 << 10, 4 << 20} {
			s := strings.Repeat(piece, n/len(piece))
			b.Run(fmt.Sprintf("%s/%dKB", name, n>>10), func(b *testing.B) {
				b.SetBytes(int64(len(s)))
				var dst []text.Token
				for b.Loop() {
					dst = sp.AppendTokens(dst[:0], s)
				}
			})
		}
	}
}

func BenchmarkNew(b *testing.B) {
	for b.Loop() {
		if _, err := New(Options{}); err != nil {
			b.Fatal(err)
		}
	}
}
