package pool

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/seed-56ee9438/cohort/corpus"
	"github.com/seed-56ee9438/cohort/internal/bag"
	"github.com/seed-56ee9438/cohort/internal/dense"
	"github.com/seed-56ee9438/cohort/internal/fault"
	"github.com/seed-56ee9438/cohort/internal/reading"
	"github.com/seed-56ee9438/cohort/internal/vector"
)

func gather(t *testing.T, texts []corpus.Text, c Config) (*Users, error) {
	t.Helper()
	r, err := reading.Open(t.Context(), corpus.Slice(texts), reading.Config{})
	if err != nil {
		t.Fatal(err)
	}
	return Gather(t.Context(), r, c)
}

var mute = corpus.Text{User: "mute", Text: " "}

func TestGather(t *testing.T) {
	t.Parallel()
	texts := []corpus.Text{
		{User: "a", Text: "lens zoom"}, mute, {User: "b", Text: "plug"},
		{User: "a", Text: "lens", Weight: 3}, {User: "late", Text: ""},
	}
	for _, memory := range []int64{1 << 20, 4 * 32, 1} { // in memory, one row of it, on disk
		u, err := gather(t, texts, Config{Model: &bag.Model{}, Memory: memory, TextsOf: true})
		if err != nil {
			t.Fatal(err)
		}
		defer u.Close()
		if u.Row[1] != -1 || u.Row[3] != -1 || u.Row[0]+u.Row[2] != 1 || u.Vectors.Len != 2 || !slices.Equal(u.Owner, []int32{0, 2, 0}) || !slices.Equal(u.Weight, []float64{1, 1, 3}) {
			t.Fatalf("rows %v of %d, owners %v, weights %v", u.Row, u.Vectors.Len, u.Owner, u.Weight)
		}
		all, err := u.Said()
		if err != nil {
			t.Fatal(err)
		}
		said := dense.New[float32](3, 32) // in the order of the source
		for i, t := range all.Text {
			copy(said.Row(t), all.Vectors.Row(i))
		}
		a, b := u.Vectors.Row(u.Row[0]), u.Vectors.Row(u.Row[2])
		for j := range 32 {
			sum := float64(said.Row(0)[j]) + 3*float64(said.Row(2)[j])
			if got := u.Sums[0].Length * float64(a[j]); math.Abs(got-sum) > 1e-5 {
				t.Errorf("feature %d of the sum is %v, want %v", j, got, sum)
			}
		}
		// Without their first text the user is where the second one is.
		rest := make([]float32, 32)
		if !u.Sums[0].Without(rest, a, said.Row(0), 1) || vector.Distance(rest, said.Row(2)) > 1e-5 {
			t.Errorf("what is left is %v from the other text", vector.Distance(rest, said.Row(2)))
		}
		if u.Sums[2].Without(rest, b, said.Row(1), 1) {
			t.Error("something is left of a user without their only text")
		}
		if u.Distinct(9) != 2 || u.Distinct(1) != 1 {
			t.Errorf("%d and %d different users", u.Distinct(9), u.Distinct(1))
		}
	}
}

// stubborn is a model that does not as it should.
type stubborn struct {
	bag.Model
	stop  int // reads no further than this text, where it is above 0
	extra int // vectors beyond the texts
	less  int // vectors kept back
}

func (m *stubborn) EmbedSeq(ctx context.Context, texts iter.Seq[string]) iter.Seq2[[]float32, error] {
	return func(yield func([]float32, error) bool) {
		var read []string
		for t := range texts {
			if read = append(read, t); len(read) == m.stop {
				break
			}
		}
		n := 0
		for v, err := range m.Model.EmbedSeq(ctx, slices.Values(read[:len(read)-m.less])) {
			if n++; !yield(v, err) {
				return
			}
		}
		for range m.extra {
			if !yield(make([]float32, m.Dim()), nil) {
				return
			}
		}
	}
}

// ahead is a model that reads from a goroutine of its own, as far ahead as it can.
type ahead struct{ bag.Model }

func (m *ahead) EmbedSeq(ctx context.Context, texts iter.Seq[string]) iter.Seq2[[]float32, error] {
	return func(yield func([]float32, error) bool) {
		read := make(chan string, 1000)
		go func() {
			defer close(read)
			for t := range texts {
				read <- t
			}
		}()
		m.Model.EmbedSeq(ctx, func(yield func(string) bool) {
			for t := range read {
				if !yield(t) {
					return
				}
			}
		})(yield)
	}
}

// What a model reads from another goroutine is pooled as what it reads from ours;
// the race detector sees that nothing is shared without a lock.
func TestGatherFromAnotherGoroutine(t *testing.T) {
	t.Parallel()
	texts := bag.Texts(20, 5)
	want, err := gather(t, texts, Config{Model: &bag.Model{}, Memory: 1 << 20})
	if err != nil {
		t.Fatal(err)
	}
	defer want.Close()
	got, err := gather(t, texts, Config{Model: &ahead{}, Memory: 1 << 20})
	if err != nil {
		t.Fatal(err)
	}
	defer got.Close()
	if !slices.Equal(got.Row, want.Row) || !slices.Equal(got.Vectors.Data, want.Vectors.Data) {
		t.Error("other users")
	}
}

func TestGatherErrors(t *testing.T) {
	boom := errors.New("boom")
	tmp := t.TempDir()
	t.Setenv("TMPDIR", tmp)
	t.Setenv("TMP", tmp)
	texts := bag.Texts(2, 2)
	for _, c := range []struct {
		name  string
		texts []corpus.Text
		m     Embedder
		is    error
		says  string
	}{
		{"no texts", nil, &bag.Model{}, ErrNoTexts, ""},
		{"empty texts", []corpus.Text{mute, mute}, &bag.Model{}, ErrNoTexts, "all 2"},
		{"nan", texts, &bag.Model{NaN: "lens"}, fault.ErrNotFinite, "text 1"},
		{"model fails", texts, &bag.Model{Fail: boom, At: 3}, boom, "embedding"},
		{"too few vectors", texts, &stubborn{less: 1}, nil, "gave 11 vectors for 12 texts"},
		{"too many vectors", texts, &stubborn{extra: 2}, nil, "gave 13 vectors for 12 texts"},
		{"reads too little", texts, &stubborn{stop: 5}, nil, "no further than text 5"},
	} {
		u, err := gather(t, c.texts, Config{Model: c.m, Memory: 1})
		if err == nil {
			u.Close()
			t.Errorf("%s: no error", c.name)
			continue
		}
		if c.is != nil && !errors.Is(err, c.is) || !strings.Contains(fmt.Sprint(err), c.says) {
			t.Errorf("%s: %v", c.name, err)
		}
	}
	if left, _ := filepath.Glob(filepath.Join(tmp, "*")); len(left) > 0 {
		t.Errorf("left %v", left)
	}
	if _, err := os.Stat(tmp); err != nil {
		t.Fatal(err)
	}
}

func TestEmbedCountsVectors(t *testing.T) {
	t.Parallel()
	texts := []string{"lens", "zoom"}
	for _, m := range []Embedder{&stubborn{less: 1}, &stubborn{extra: 1}} {
		if _, err := Embed(t.Context(), m, texts); err == nil {
			t.Errorf("%+v: no error", m)
		}
	}
	x, err := Embed(t.Context(), &bag.Model{}, texts)
	if err != nil || x.Len != 2 || math.Abs(vector.Norm(x.Row(1))-1) > 1e-6 {
		t.Errorf("%v, %v", x, err)
	}
}
