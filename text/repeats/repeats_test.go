package repeats

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"
)

var vocabulary = strings.Fields(`battery screen camera phone price quality service delivery box cable charger sound picture
 button case weight colour size shirt dress fabric fit shoes room hotel breakfast staff bed clean dirty cheap heavy light great
 poor slow fast week month year bought returned refund broke works never always really quite very love hate`)

// sample draws texts, every fourth an earlier one with a few words changed.
func sample(r *rand.Rand, n int) []string {
	var texts []string
	for len(texts) < n {
		var words []string
		if len(texts) > 0 && r.IntN(4) == 0 {
			words = strings.Fields(texts[r.IntN(len(texts))])
			for range r.IntN(6) {
				words[r.IntN(len(words))] = vocabulary[r.IntN(len(vocabulary))]
			}
		} else {
			for range 8 + r.IntN(40) {
				words = append(words, vocabulary[r.IntN(len(vocabulary))])
			}
		}
		texts = append(texts, strings.Join(words, " "))
	}
	return texts
}

// exact is the definition of likeness, with sets of strings.
func exact(a, b string) float64 {
	set := func(s string) map[string]bool {
		out := map[string]bool{}
		r := []rune(strings.Join(strings.FieldsFunc(strings.ToLower(s), func(r rune) bool { return 'a' > r || r > 'z' }), " "))
		for i := 0; i+5 <= len(r); i++ {
			if r[i] != ' ' || i == 0 {
				out[string(r[i:i+5])] = true
			}
		}
		return out
	}
	x, y := set(a), set(b)
	both := 0
	for k := range x {
		if y[k] {
			both++
		}
	}
	return float64(both) / float64(len(x)+len(y)-both)
}

func TestLikeness(t *testing.T) {
	t.Parallel()
	texts := sample(rand.New(rand.NewPCG(1, 1)), 60)
	for i, a := range texts {
		for _, b := range texts[:i+1] {
			if got, want := Likeness(a, b), exact(a, b); math.Abs(got-want) > 1e-12 {
				t.Fatalf("Likeness(%q, %q) = %v, by sets of strings %v", a, b, got, want)
			}
		}
	}
	for _, c := range []struct {
		a, b string
		want float64
	}{
		{"Great phone!!", "great, PHONE", 1}, {"很好的手机", "很好的手机！", 1}, {"质量 很 好", "质量很好", 1},
		{"", "", 0}, {"!!!", "!!!", 0}, {"ok", "OK.", 1}, {"ok", "no", 0}, {"don't buy", "dont buy", 1},
	} {
		if got := Likeness(c.a, c.b); got != c.want {
			t.Errorf("Likeness(%q, %q) = %v, want %v", c.a, c.b, got, c.want)
		}
	}
}

// TestFinder compares what is found with all pairs measured exactly: nothing
// less alike than the threshold, and nearly all that is.
func TestFinder(t *testing.T) {
	t.Parallel()
	for _, threshold := range []float64{0.5, 0.8, 0.95} {
		texts := sample(rand.New(rand.NewPCG(2, 3)), 1500)
		sets := make([][]uint64, len(texts))
		var sh shingles
		for i, s := range texts {
			sets[i] = slices.Clone(sh.of(s))
		}
		f := NewFinder(threshold, 7)
		var first []int // indexes of texts found new
		missed, should := 0, 0
		for i, s := range texts {
			best := 0.0
			for _, k := range first {
				best = max(best, jaccard(sets[k], sets[i]))
			}
			of, likeness := f.Add(s)
			if of >= 0 && (likeness < threshold || math.Abs(likeness-Likeness(texts[of], s)) > 1e-12 || !slices.Contains(first, of)) {
				t.Fatalf("text %d is said to repeat %d with %v", i, of, likeness)
			}
			if best >= threshold {
				should++
				if of < 0 {
					missed++
				}
			} else if of >= 0 {
				t.Fatalf("text %d repeats %d, but nothing before is %v alike", i, of, threshold)
			}
			if of < 0 {
				first = append(first, i)
			}
		}
		t.Logf("threshold %.2f, %d bands of %d rows: %d near-duplicates, %d missed", threshold, f.bands, f.rows, should, missed)
		if should < 50 || float64(missed) > 0.01*float64(should) {
			t.Errorf("threshold %v: %d of %d missed", threshold, missed, should)
		}
	}
}

func TestFinderSame(t *testing.T) {
	t.Parallel()
	texts := sample(rand.New(rand.NewPCG(4, 4)), 300)
	run := func() (out []string) {
		f := NewFinder(0, 1)
		for _, s := range texts {
			of, l := f.Add(s)
			out = append(out, fmt.Sprint(of, l))
		}
		return out
	}
	if !slices.Equal(run(), run()) {
		t.Error("two runs differ")
	}
}

// TestFinderWork bounds what texts are compared with where all of them share
// most of their pieces: the buckets do not grow with the number of texts.
func TestFinderWork(t *testing.T) {
	t.Parallel()
	f := NewFinder(0.95, 1)
	r := rand.New(rand.NewPCG(5, 5))
	for range 3000 {
		f.Add("this order was delivered by the seller and the box was " + vocabulary[r.IntN(len(vocabulary))] + vocabulary[r.IntN(len(vocabulary))])
	}
	for _, b := range f.now.buckets {
		for _, ids := range b {
			if len(ids) > maxBucket {
				t.Fatalf("a bucket of %d", len(ids))
			}
		}
	}
}

func TestFinderGroups(t *testing.T) {
	t.Parallel()
	f := NewFinder(0, 1)
	for i, c := range []struct {
		group uint64
		text  string
		of    int
	}{
		{1, "the battery died after two weeks", -1}, {2, "the battery died after two weeks", -1},
		{1, "The battery died after two weeks!", 0}, {2, "The battery died, after two weeks", 1}, {3, "a fine lens", -1},
	} {
		if of, _ := f.AddTo(c.group, c.text); of != c.of {
			t.Errorf("text %d repeats %d, want %d", i, of, c.of)
		}
	}
}

// TestFinderLimit: what is kept stays within the limit, however many texts
// come; what is recent is still found.
func TestFinderLimit(t *testing.T) {
	t.Parallel()
	f := NewFinder(0.8, 1)
	const limit = 64 << 10
	f.Limit(limit)
	r := rand.New(rand.NewPCG(6, 6))
	texts := sample(r, 400)
	for i, s := range texts {
		of, _ := f.Add(s)
		if kept := f.now.bytes + f.before.bytes; kept > limit {
			t.Fatalf("%d bytes kept", kept)
		}
		if of < 0 {
			if again, likeness := f.Add(s); likeness != 1 || again < i {
				t.Fatalf("text %d again: repeats %d, %v alike", i, again, likeness)
			}
		} else {
			f.Add(s)
		}
	}
	if len(f.before.kept) == 0 || f.now.kept[0].index < 400 {
		t.Errorf("nothing was forgotten: the oldest kept is %d", f.now.kept[0].index)
	}
	if of, _ := f.Add(texts[0]); of >= 0 {
		t.Errorf("the first text, long forgotten, is found again as %d", of)
	}
}

func TestBoilerplate(t *testing.T) {
	t.Parallel()
	const footer = "This review was collected as part of a promotion."
	c := NewCounter(BoilerplateOptions{MinTexts: 5})
	texts := []string{"本店所有商品均为正品，支持七天无理由退货。质量好", "Works great! " + footer}
	for i := range 20 {
		texts = append(texts, fmt.Sprintf("Text number %d says something else entirely. %s Works great!", i, footer))
		if i < 4 {
			texts = append(texts, "本店所有商品均为正品，支持七天无理由退货！很好"+fmt.Sprint(i))
		}
	}
	for _, s := range texts {
		c.Add(s)
	}
	st := c.Stripper()
	if st.Len() != 2 {
		t.Errorf("%d sentences are boilerplate, want 2", st.Len())
	}
	for _, x := range []struct{ in, want string }{
		{"I like it. " + footer, "I like it."},
		{footer + " I like it.", "I like it."},
		{"One. THIS review was collected, as part of a promotion!! Two.", "One. Two."},
		{footer, ""},
		{"本店所有商品均为正品，支持七天无理由退货。喜欢", "喜欢"},
		{"Works great! Works great!", "Works great! Works great!"},
		{"", ""},
	} {
		got, ranges := st.Strip(x.in)
		if got != x.want {
			t.Errorf("Strip(%q) = %q, want %q", x.in, got, x.want)
		}
		checkRanges(t, x.in, got, ranges)
	}
	// a sentence twice in one text counts once
	twice := NewCounter(BoilerplateOptions{MinTexts: 2})
	twice.Add(footer + " " + footer)
	if n := twice.Stripper().Len(); n != 0 {
		t.Errorf("one text made %d sentences boilerplate", n)
	}
}

func checkRanges(t *testing.T, s, got string, ranges [][2]int) {
	t.Helper()
	var b strings.Builder
	last := 0
	for _, r := range ranges {
		if r[0] < last || r[1] < r[0] || r[1] > len(s) {
			t.Fatalf("ranges %v of %d bytes", ranges, len(s))
		}
		last = r[1]
		b.WriteString(s[r[0]:r[1]])
	}
	if b.String() != got {
		t.Fatalf("ranges %v give %q, text is %q", ranges, b.String(), got)
	}
}

func TestFilter(t *testing.T) {
	t.Parallel()
	const footer = "Sent from my phone, please excuse the spelling."
	var texts []string
	for i := range 12 {
		texts = append(texts, fmt.Sprintf("%s is what I think about number %d. %s", strings.Join(vocabulary[4*i:4*i+4], " "), i*i, footer))
	}
	texts = append(texts, "", "!!! 😀", "ok", footer, texts[3], "a fine little thing", "A fine, little thing!")
	c := NewCounter(BoilerplateOptions{})
	for _, x := range texts {
		c.Add(x)
	}
	f := NewFilter(FilterOptions{MinLetters: 4}, c.Stripper())
	var fates []Fate
	stripped := 0
	for i, x := range texts {
		got := f.Filter(0, x)
		fates = append(fates, got.Fate)
		if got.Stripped {
			stripped++
		}
		if i < 12 && strings.Contains(got.Text, "Sent") || (got.Fate == Kept) != (got.Text != "") {
			t.Errorf("%q came out as %+v", x, got)
		}
		if got.Fate == Kept && got.Text != f.Strip(x) {
			t.Errorf("%q: filtered %q, stripped %q", x, got.Text, f.Strip(x))
		}
	}
	// the footer alone is what somebody says
	if want := []Fate{Empty, Short, Short, Kept, NearDuplicate, Kept, NearDuplicate}; !slices.Equal(fates[12:], want) {
		t.Errorf("fates %v, want %v", fates[12:], want)
	}
	if stripped != 13 {
		t.Errorf("boilerplate taken out of %d texts, want 13", stripped)
	}
	if f.Stripper() == nil || (*Filter)(nil).Stripper() != nil {
		t.Error("not the Stripper it was given")
	}
}

// TestFilterKeeps checks what each option leaves alone.
func TestFilterKeeps(t *testing.T) {
	t.Parallel()
	const said = "the battery died after two weeks"
	for name, c := range map[string]struct {
		f    *Filter
		want []Fate
	}{
		"nil":        {nil, []Fate{Kept, Kept, Kept, Kept, Empty}},
		"duplicates": {NewFilter(FilterOptions{KeepNearDuplicates: true}, nil), []Fate{Kept, Kept, Kept, Kept, Empty}},
		"groups":     {NewFilter(FilterOptions{}, nil), []Fate{Kept, Kept, NearDuplicate, Kept, Empty}},
		"any emoji":  {NewFilter(FilterOptions{MinLetters: 1}, nil), []Fate{Kept, Kept, NearDuplicate, Short, Empty}},
	} {
		var got []Fate
		for _, x := range []struct {
			group uint64
			text  string
		}{{1, said}, {2, said}, {1, said + "!"}, {1, "😀"}, {1, ""}} {
			got = append(got, c.f.Filter(x.group, x.text).Fate)
		}
		if !slices.Equal(got, c.want) {
			t.Errorf("%s: %v, want %v", name, got, c.want)
		}
	}
}

func FuzzFilter(f *testing.F) {
	f.Add("Good phone. Sent from my phone, please excuse it.", "很好\n的\xff手机")
	f.Add("", "!")
	f.Fuzz(func(t *testing.T, a, b string) {
		c := NewCounter(BoilerplateOptions{MinTexts: 2, MinLetters: 3})
		for _, x := range []string{a, b, a + " " + b} {
			c.Add(x)
		}
		s := NewFilter(FilterOptions{}, c.Stripper())
		for _, x := range []string{a, b, a + " " + b, a} {
			got, ranges := s.Stripper().Strip(x)
			checkRanges(t, x, got, ranges)
			if got := s.Filter(0, x); (got.Fate == Kept) != (got.Text != "") || utf8.ValidString(x) && !utf8.ValidString(got.Text) {
				t.Fatalf("%q -> %+v", x, got)
			}
		}
		if l := Likeness(a, b); l < 0 || l > 1 || l != Likeness(b, a) {
			t.Fatalf("likeness %v", l)
		}
	})
}

func BenchmarkFinder(b *testing.B) {
	texts := sample(rand.New(rand.NewPCG(6, 6)), 2000)
	n := 0
	for _, s := range texts {
		n += len(s)
	}
	b.SetBytes(int64(n))
	for b.Loop() {
		f := NewFinder(0, 1)
		for _, s := range texts {
			f.Add(s)
		}
	}
	b.ReportMetric(float64(b.N*len(texts))/b.Elapsed().Seconds(), "texts/s")
}

func BenchmarkBoilerplate(b *testing.B) {
	texts := sample(rand.New(rand.NewPCG(6, 6)), 2000)
	n := 0
	for _, s := range texts {
		n += len(s)
	}
	b.SetBytes(int64(n))
	for b.Loop() {
		c := NewCounter(BoilerplateOptions{})
		for _, s := range texts {
			c.Add(s)
		}
		st := c.Stripper()
		for _, s := range texts {
			st.Strip(s)
		}
	}
}

// TestShinglesAreSorted: whichever way they are sorted, by how many there are.
func TestShinglesAreSorted(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(8, 8))
	var sh shingles
	for _, n := range []int{0, 1, fewHashes - 1, fewHashes, fewHashes + 1, 5000, 3} {
		sh.hashes = sh.hashes[:0]
		for range n {
			sh.hashes = append(sh.hashes, r.Uint64()>>(8*r.IntN(8)))
		}
		want := slices.Sorted(slices.Values(sh.hashes))
		if sh.sort(); !slices.Equal(sh.hashes, want) {
			t.Errorf("%d hashes are not in order", n)
		}
	}
}
