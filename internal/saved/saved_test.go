package saved

import (
	"bytes"
	"math"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"gonum.org/v1/gonum/mat"

	"github.com/seed-56ee9438/cohort/corpus"
	"github.com/seed-56ee9438/cohort/internal/group"
	"github.com/seed-56ee9438/cohort/internal/safetensors"
	"github.com/seed-56ee9438/cohort/reduce"
	"github.com/seed-56ee9438/cohort/text/repair"
	"github.com/seed-56ee9438/cohort/text/repeats"
)

// made is a Segmenter of two segments, by is what reduced three features to two.
func made(by reduce.Projection) *Segmenter {
	m := &Segmenter{
		Info: Info{Model: "m", Digest: "0123", Dim: 3, Pooling: "mean", HalfLife: 7, Prepare: "cleaned", ChineseWords: []string{"天猫精灵"}},
		Placer: group.Placer{Noise: true, Centres: group.Centres{
			{ID: 4, Name: "four", Users: 9, Radius: 0.5, Width: 0.125, Vector: []float32{1, 0, 0}},
			{ID: 2, Name: "two", Users: 3, Radius: 0.25, Width: 0.0625, Vector: []float32{0, 1, 2}},
		}, Space: group.Space{By: by}},
	}
	for i := range m.Placer.Centres {
		c := &m.Placer.Centres[i]
		c.Anchor = c.Vector
		if by != nil {
			c.Anchor = []float32{float32(i), 5}
		}
	}
	return m
}

func written(t *testing.T, m *Segmenter) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := Write(&b, m); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestComesBack(t *testing.T) {
	t.Parallel()
	for name, by := range map[string]reduce.Projection{
		"whole":  nil,
		"pca":    &reduce.PCAResult{Components: mat.NewDense(2, 3, []float64{1, 0, 0, 0, 1, 0}), Mean: []float64{1, 2, 3}, Points: 12},
		"random": &reduce.RandomProjectionResult{Components: mat.NewDense(2, 3, []float64{1, 2, 3, 4, 5, 6})},
	} {
		m := made(by)
		got, err := Read(written(t, m))
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if d := cmp.Diff(m.Placer.Centres, got.Placer.Centres); d != "" || !got.Placer.Noise {
			t.Errorf("%s: noise %v, %s", name, got.Placer.Noise, d)
		}
		if (got.Placer.Space.By == nil) != (by == nil) {
			t.Errorf("%s: reduced by %T", name, got.Placer.Space.By)
		}
		i := got.Info
		i.Version, i.Noise, i.Segments, i.Reduce = 0, false, nil, nil // said by the Placer
		if d := cmp.Diff(m.Info, i, cmp.AllowUnexported(Info{})); d != "" {
			t.Errorf("%s: %s", name, d)
		}
	}
}

// What is known of words comes back, and is checked.
func TestRepairComesBack(t *testing.T) {
	t.Parallel()
	known := &repair.Corpus{Total: 20, ErrorRate: 0.125, Words: []repair.Word{{Word: "battery", Count: 9}, {Word: "zoe", Count: 4, Names: 3}}, Hidden: map[uint64]int{7: 3, 1 << 63: 4}, Han: []repair.Word{{Word: "电", Count: 7}, {Word: "电池", Count: 5}, {Word: "电池好", Count: 3}}, HanTotal: 30, CharacterRate: 0.0625, SpaceRate: 0.25, LookShare: 0.75, Pairs: []repair.Word{{Word: "zoe battery", Count: 3}}, KeepCharacters: true}
	for _, on := range []bool{false, true} {
		m := made(nil)
		m.Repair = OfRepair(known, on)
		data := written(t, m)
		if v := []byte(`\"version\":4`); bytes.Contains(data, v) != on {
			t.Errorf("%v: version 4 is wrong", on)
		}
		got, err := Read(data)
		if err != nil {
			t.Fatal(err)
		}
		back, err := got.Repair.Corpus()
		if d := cmp.Diff(known, back); d != "" || err != nil || got.Repair.On != on {
			t.Errorf("%v: %v, %s", on, err, d)
		}
		for name, spoil := range map[string]func(r *Repair){
			"a count": func(r *Repair) { r.Counts = r.Counts[1:] }, "a name": func(r *Repair) { r.Names = nil }, "a hash": func(r *Repair) { r.Hidden = r.Hidden[1:] },
			"the total": func(r *Repair) { r.Total = 3 }, "the rate": func(r *Repair) { r.ErrorRate = 2 }, "the spaces": func(r *Repair) { r.SpaceRate = 2 }, "the looks": func(r *Repair) { r.LookShare = -1 }, "words": func(r *Repair) { r.Words = "battery secret1" }, "characters": func(r *Repair) { r.Han = "电 secret" },
		} {
			bad := made(nil)
			bad.Repair = OfRepair(known, on)
			spoil(bad.Repair)
			if _, err := Read(written(t, bad)); err == nil || strings.Contains(err.Error(), "secret") {
				t.Errorf("without %s: %v", name, err)
			}
		}
	}
	if r := OfRepair(nil, false); r != nil {
		t.Error(r)
	}
}

// What is wrong in a file is said without quoting it.
func TestReadRefuses(t *testing.T) {
	t.Parallel()
	whole := written(t, made(nil))
	nan := made(nil)
	nan.Placer.Centres[1].Vector = []float32{0, float32(math.NaN()), 0}
	none := made(nil)
	none.Placer.Centres, none.Placer.Noise = nil, false // somebody was assigned
	again := made(nil)
	again.Repeats = &Repeats{Of: "secret"}
	edited := func(from, to string) []byte {
		out := bytes.Replace(whole, []byte(from), []byte(to), 1)
		if bytes.Equal(out, whole) {
			t.Fatalf("the file has no %s", from)
		}
		return out
	}
	for name, data := range map[string][]byte{
		"empty":     nil,
		"a letter":  []byte("secret letter to anna"),
		"no header": slices.Concat(whole[:8], []byte("secret"), whole[14:]),
		"version":   edited(`\"version\":2`, `\"version\":9`),
		"not JSON":  edited(`{\"version\"`, `[\"secret\" `),
		"radius":    edited(`\"radius\":0.25`, `\"radius\":-0.5`),
		"centres":   edited(`"centres"`, `"secrets"`),
		"nan":       written(t, nan),
		"segments":  written(t, none),
		"repeats":   written(t, again),
		"cut":       whole[:len(whole)-1],
	} {
		m, err := Read(data)
		if err == nil {
			t.Errorf("%s: read as %+v", name, m)
			continue
		}
		if name != "repeats" && strings.Contains(err.Error(), "secret") {
			t.Errorf("%s: quoted by %v", name, err)
		}
	}
}

// New users are not refused for what others said, and lose the same boilerplate.
func TestRepeatsOptions(t *testing.T) {
	t.Parallel()
	const signature = "This review was posted on shop dot com."
	found := repeats.NewCounter(repeats.BoilerplateOptions{MinTexts: 2})
	for _, s := range []string{"One. ", "Two. ", "Three. "} {
		found.Add(s + signature)
	}
	r := &corpus.Repeats{Of: corpus.RepeatsOfAll, Threshold: 0.5, MinLetters: 2}
	got, strip, err := OfRepeats(r, found.Stripper()).Options()
	if err != nil || got.Of != corpus.RepeatsOfUser || got.Threshold != 0.5 || got.MinLetters != 2 {
		t.Fatalf("%+v, %v", got, err)
	}
	if kept, _ := strip.Strip("Four. " + signature); strings.TrimSpace(kept) != "Four." {
		t.Errorf("%q is left", kept)
	}
	if got, strip, err := OfRepeats(nil, nil).Options(); got != nil || strip != nil || err != nil {
		t.Errorf("of nothing: %v, %v, %v", got, strip, err)
	}
}

// TestDamage: a file with any bit changed, or cut off anywhere, is refused or
// reads as if it were whole.
func TestDamage(t *testing.T) {
	t.Parallel()
	whole := written(t, made(&reduce.RandomProjectionResult{Components: mat.NewDense(2, 3, []float64{1, 2, 3, 4, 5, 6})}))
	want, err := Read(whole)
	if err != nil {
		t.Fatal(err)
	}
	for at := range whole {
		if _, err := Read(whole[:at]); err == nil {
			t.Errorf("%d of %d bytes are read", at, len(whole))
		}
		for bit := range 8 {
			data := bytes.Clone(whole)
			data[at] ^= 1 << bit
			if got, err := Read(data); err == nil && !reflect.DeepEqual(got, want) {
				t.Errorf("with bit %d of byte %d changed it reads as another", bit, at)
			}
		}
	}
}

// TestWithoutDigest: the first files had none.
func TestWithoutDigest(t *testing.T) {
	t.Parallel()
	f, err := safetensors.Parse("", written(t, made(nil)))
	if err != nil {
		t.Fatal(err)
	}
	centres, _ := f.Lookup("centres")
	for name, c := range map[string]struct {
		metadata map[string]string
		ok       bool
	}{
		"none":    {map[string]string{key: f.Metadata()[key]}, true},
		"another": {map[string]string{key: f.Metadata()[key], digestKey: strings.Repeat("0", 64)}, false},
		"misread": {map[string]string{key: f.Metadata()[key], "cohort.sha257": f.Metadata()[digestKey]}, false},
	} {
		var b bytes.Buffer
		if err := safetensors.Write(&b, []safetensors.Tensor{centres}, c.metadata); err != nil {
			t.Fatal(err)
		}
		if _, err := Read(b.Bytes()); (err == nil) != c.ok {
			t.Errorf("%s: %v", name, err)
		}
	}
}
