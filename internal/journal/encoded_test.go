package journal

import (
	"errors"
	"math"
	"slices"
	"testing"
)

func TestEncoded(t *testing.T) {
	t.Parallel()
	values := []float32{0, 1.5, float32(math.Copysign(0, -1)), math.MaxFloat32, math.SmallestNonzeroFloat32, -3}
	var d TextsDigest
	d.Add(TextDigest("a"))
	d.Add(TextDigest("b"))
	e := Encoded{Texts: 2, Digest: d.Sum(), Tokens: 9, Truncated: 1, Data: AppendVectors(nil, values)}
	b := e.Append([]byte("x"))[1:]
	got, err := ParseEncoded(b)
	if err != nil || got.Texts != 2 || got.Digest != e.Digest || got.Tokens != 9 || got.Truncated != 1 {
		t.Fatalf("%+v, %v", got, err)
	}
	back, err := got.Vectors(nil, 3)
	if err != nil || !slices.EqualFunc(back, values, func(a, b float32) bool { return math.Float32bits(a) == math.Float32bits(b) }) {
		t.Errorf("%v, %v", back, err)
	}
	if _, err := got.Vectors(nil, 4); !errors.Is(err, ErrFormat) {
		t.Errorf("another dimension: %v", err)
	}
	for n := range encodedHeader {
		if _, err := ParseEncoded(b[:n]); !errors.Is(err, ErrFormat) {
			t.Errorf("%d bytes: %v", n, err)
		}
	}
	for _, bad := range []Encoded{{}, {Texts: 1, Truncated: 2}, {Texts: 1, Tokens: math.MaxInt64}} {
		if _, err := ParseEncoded(bad.Append(nil)); !errors.Is(err, ErrFormat) {
			t.Errorf("%+v: %v", bad, err)
		}
	}
}

// Digests tell apart what is divided otherwise.
func TestTextsDigest(t *testing.T) {
	t.Parallel()
	of := func(texts ...string) [32]byte {
		var d TextsDigest
		for _, s := range texts {
			d.Add(TextDigest(s))
		}
		if d.Len() != len(texts) {
			t.Fatalf("length %d of %q", d.Len(), texts)
		}
		first := d.Sum()
		if d.Len() != 0 {
			t.Fatal("Sum does not begin anew")
		}
		for _, s := range texts {
			d.Add(TextDigest(s))
		}
		if again := d.Sum(); again != first {
			t.Fatal("two digests of the same texts")
		}
		return first
	}
	seen := map[[32]byte]bool{}
	for _, texts := range [][]string{{}, {""}, {"", ""}, {"ab"}, {"a", "b"}, {"b", "a"}} {
		if d := of(texts...); seen[d] {
			t.Errorf("%q has the digest of others", texts)
		} else {
			seen[d] = true
		}
	}
}
