package beam

import (
	"bytes"
	"math"
	"reflect"
	"testing"

	"github.com/seed-56ee9438/cohort/text/keyword"
)

var (
	someCounts = []Count{
		{},
		{Count: keyword.Count{Texts: []int{3, 0, 1 << 40}}, Sizes: []int{9, 8, -7}},
		{Count: keyword.Count{Term: "电池 life", Words: 2, Texts: []int{1, 2}, Users: []int{1, 1}, Spellings: []keyword.Spelling{
			{Segment: 1, Lower: "batteries", Texts: 3, Small: 1, Cased: []keyword.Cased{{Text: "Batteries", Texts: 1}, {Text: "BATTERIES", Texts: 1}}}, {Lower: "battery"},
		}}},
	}
	someParts = []part{
		{},
		{Block: 7, Cluster: -1, Labels: [32]byte{1, 31: 2}, Far: []far{{Distance: 0.25, Block: 7, Row: 300, Cluster: 2, Vector: []float32{1, -0.5}}, {Row: 1}}},
		{Block: 1 << 30, Cluster: 19, Mass: 4096, Sum: []float64{math.Pi, math.Copysign(0, -1), math.Inf(1), math.SmallestNonzeroFloat64}},
	}
)

// What is decoded is what was encoded, and nothing that is cut off or longer is
// taken for it.
func TestSmallElements(t *testing.T) {
	for _, v := range someCounts {
		checkElement(t, v, encodeCount, decodeCount)
	}
	for _, v := range someParts {
		checkElement(t, v, encodePart, decodePart)
	}
}

func checkElement[T any](t *testing.T, v T, encode func(T) ([]byte, error), decode func([]byte) (T, error)) {
	t.Helper()
	b, err := encode(v)
	if err != nil {
		t.Fatal(err)
	}
	got, err := decode(b)
	if err != nil || !reflect.DeepEqual(got, v) {
		t.Errorf("%+v, %v, want %+v", got, err, v)
	}
	for n := range b {
		if _, err := decode(b[:n]); err == nil {
			t.Errorf("%+v: the first %d bytes of %d are taken", v, n, len(b))
		}
	}
	if _, err := decode(append(b, 0)); err == nil {
		t.Errorf("%+v: a byte more is taken", v)
	}
}

func FuzzSmallElements(f *testing.F) {
	for _, v := range someCounts {
		b, _ := encodeCount(v)
		f.Add(b)
	}
	for _, v := range someParts {
		b, _ := encodePart(v)
		f.Add(b)
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		if v, err := decodeCount(b); err == nil {
			again, _ := encodeCount(v)
			back, err := decodeCount(again)
			if err != nil || !reflect.DeepEqual(back, v) {
				t.Errorf("%+v becomes %+v, %v", v, back, err)
			}
		}
		if v, err := decodePart(b); err == nil {
			again, _ := encodePart(v)
			back, err := decodePart(again)
			if err != nil {
				t.Fatal(err)
			}
			if same, _ := encodePart(back); !bytes.Equal(same, again) { // NaN is not equal to itself
				t.Errorf("%+v becomes %+v", v, back)
			}
		}
	})
}
