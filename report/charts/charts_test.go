package charts

import (
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"image/png"
	"io"
	"maps"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"gonum.org/v1/plot/font/liberation"

	"github.com/seed-56ee9438/cohort"
)

// sample has three segments on a circle, named as given, with everything that
// charts show.
func sample(names ...string) *cohort.Segmentation {
	s := &cohort.Segmentation{Lang: "en"}
	for i, name := range names {
		a := 2 * math.Pi * float64(i) / 3
		p := cohort.Profile{
			ID: i + 1, Name: name, Users: 100 / (i + 1), Share: 0.5 / float64(i+1), X: math.Cos(a), Y: math.Sin(a),
			Sentiment: &cohort.Estimate{Mean: 0.2 - 0.2*float64(i), Low: 0.1 - 0.2*float64(i), High: 0.3 - 0.2*float64(i), N: 50},
		}
		for m := range 6 {
			p.Trend = append(p.Trend, cohort.Period{Start: time.Date(2024, time.Month(m+1), 1, 0, 0, 0, 0, time.UTC), Share: (float64(i) + float64(m)) / 20})
		}
		s.Segments = append(s.Segments, p)
		var row []float64
		for j := range names {
			row = append(row, 1-0.3*math.Abs(float64(i-j)))
		}
		s.Similarity = append(s.Similarity, row)
		for u := range 40 {
			s.Users = append(s.Users, cohort.User{ID: fmt.Sprint(i, u), Segment: i + 1, Texts: 1, X: p.X + 0.3*math.Sin(float64(7*u)), Y: p.Y + 0.3*math.Cos(float64(5*u))})
		}
	}
	s.Users = append(s.Users, cohort.User{Segment: cohort.Unassigned, Texts: 1}, cohort.User{Segment: cohort.Unassigned})
	return s
}

func drawn(t *testing.T, s *cohort.Segmentation, o Options) map[string][]byte {
	t.Helper()
	files, err := Draw(s, o)
	if err != nil {
		t.Fatal(err)
	}
	out := map[string][]byte{}
	for _, f := range files {
		out[f.Name] = f.Data
		if dir := os.Getenv("COHORT_CHARTS"); dir != "" { // to look at
			if err := os.WriteFile(filepath.Join(dir, s.Lang+"-"+f.Name), f.Data, 0o666); err != nil {
				t.Fatal(err)
			}
		}
	}
	return out
}

var all = []string{"feelings.png", "feelings.svg", "likeness.png", "likeness.svg", "map.png", "map.svg", "sizes.png", "sizes.svg", "trend.png", "trend.svg"}

func TestDraw(t *testing.T) {
	t.Parallel()
	hostile := `</text><script>alert(1)</script> & "` + "\u202e\x00"
	got := drawn(t, sample("camera", "battery", hostile), Options{})
	if names := slices.Sorted(maps.Keys(got)); !slices.Equal(names, all) {
		t.Fatalf("drew %q", names)
	}
	for name, data := range got {
		if strings.HasSuffix(name, ".png") {
			im, err := png.Decode(bytes.NewReader(data))
			if err != nil {
				t.Errorf("%s: %v", name, err)
				continue
			}
			if b := im.Bounds(); b.Dx() < 900 || b.Dy() < 200 {
				t.Errorf("%s is %v", name, b)
			}
			continue
		}
		var text strings.Builder
		for d := xml.NewDecoder(bytes.NewReader(data)); ; {
			tok, err := d.Token()
			if errors.Is(err, io.EOF) {
				break
			}
			if err != nil {
				t.Fatalf("%s: %v", name, err)
			}
			switch tok := tok.(type) {
			case xml.CharData:
				text.Write(tok)
			case xml.StartElement:
				if tok.Name.Local == "script" {
					t.Errorf("%s holds a script", name)
				}
			}
		}
		for _, want := range []string{"1 camera", "2 battery", "3 </text><script>alert(1)"} {
			if !strings.Contains(text.String(), want) {
				t.Errorf("%s does not say %q", name, want)
			}
		}
	}
}

func TestSameBytes(t *testing.T) {
	t.Parallel()
	a, b := drawn(t, sample("one", "two", "three"), Options{}), drawn(t, sample("one", "two", "three"), Options{})
	for name := range a {
		if !bytes.Equal(a[name], b[name]) {
			t.Errorf("%s differs", name)
		}
	}
}

// TestChinese: SVG files say all that is Chinese, as text; PNG files, whose
// typeface has none, say what they would of segments without names.
func TestChinese(t *testing.T) {
	t.Parallel()
	s := sample("酒店 · 房间", "电池", "快递")
	s.Lang = "zh"
	got := drawn(t, s, Options{})
	for _, want := range []string{"1 酒店 · 房间", "各群体的用户数", "Noto Sans CJK SC"} {
		if !bytes.Contains(got["sizes.svg"], []byte(want)) {
			t.Errorf("sizes.svg does not say %q", want)
		}
	}
	w := words{lang: 1, can: func(s string) bool { return !strings.ContainsFunc(s, func(r rune) bool { return r >= 0x2e80 }) }}
	if n := w.name(&s.Segments[0]); n != "1" {
		t.Errorf("a PNG names the first segment %q", n)
	}
	// Other Chinese names, the same picture: no boxes in their place.
	other := sample("房间", "电", "快递很慢")
	other.Lang = "zh"
	for name, data := range drawn(t, other, Options{}) {
		if strings.HasSuffix(name, ".png") != bytes.Equal(data, got[name]) {
			t.Errorf("%s: the names are in it, or left out of it", name)
		}
	}
}

func TestFont(t *testing.T) {
	t.Parallel()
	var bold []byte
	for _, f := range liberation.Collection() {
		if f.Font.Name() == "LiberationMono-Bold" {
			var b bytes.Buffer
			if _, err := f.Face.WriteSourceTo(nil, &b); err != nil {
				t.Fatal(err)
			}
			bold = b.Bytes()
		}
	}
	s := sample("one", "two", "three")
	if plain, other := drawn(t, s, Options{}), drawn(t, s, Options{Font: bold}); bytes.Equal(plain["sizes.png"], other["sizes.png"]) {
		t.Error("another font gives the same picture")
	}
	for _, o := range []Options{{Font: []byte("no font")}, {Lang: "tlh"}} {
		if _, err := Draw(s, o); !errors.Is(err, ErrOptions) {
			t.Errorf("got %v", err)
		}
	}
}

func TestNothingToDraw(t *testing.T) {
	t.Parallel()
	if got := drawn(t, &cohort.Segmentation{}, Options{}); len(got) > 0 {
		t.Errorf("drew %q", slices.Sorted(maps.Keys(got)))
	}
	one := sample("one")
	one.Segments[0].Sentiment, one.Segments[0].Trend = nil, nil
	if got := slices.Sorted(maps.Keys(drawn(t, one, Options{}))); !slices.Equal(got, []string{"map.png", "map.svg", "sizes.png", "sizes.svg"}) {
		t.Errorf("drew %q", got)
	}
}

// TestMapFrameHoldsAllPlaces: none is on the edge, where the last digit of a place
// would change the whole picture.
func TestMapFrameHoldsAllPlaces(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(1, 2))
	for range 10000 {
		low := [2]float64{r.NormFloat64(), r.NormFloat64()}
		high := [2]float64{low[0] + 0.1*r.Float64(), low[1] + 3*r.Float64()}
		from, to := mapFrame(low, high, 400, 281)
		if from[1] >= low[1] || to[1] <= high[1] || from[0] > low[0] || to[0] <= high[0] {
			t.Fatalf("%v to %v in %v to %v", low, high, from, to)
		}
	}
}
