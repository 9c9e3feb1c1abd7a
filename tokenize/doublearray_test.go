package tokenize

import (
	"math/rand/v2"
	"testing"
)

func TestDoubleArray(t *testing.T) {
	t.Parallel()
	rng := rand.New(rand.NewPCG(1, 2))
	for round := range 200 {
		var sets [2]map[string]int32
		var keys [2][]trieKey
		for i := range sets {
			sets[i] = map[string]int32{}
			for n := range rng.IntN(300) {
				s := make([]byte, rng.IntN(6))
				for j := range s {
					s[j] = byte(rng.IntN(1 + rng.IntN(256)))
				}
				if _, ok := sets[i][string(s)]; ok || len(s) == 0 {
					continue
				}
				sets[i][string(s)] = int32(n)
				keys[i] = append(keys[i], trieKey{string(s), int32(n)})
			}
		}
		d, order := newDoubleArray(keys[0], keys[1])
		depth := map[int32]int32{0: 0, 1: 0}
		for _, o := range order {
			if up, ok := depth[d.cells[o.node].check]; !ok || up != o.depth-1 {
				t.Fatalf("round %d: node %d of depth %d comes before its parent", round, o.node, o.depth)
			}
			depth[o.node] = o.depth
		}
		for i := range sets {
			for range 500 {
				s := make([]byte, rng.IntN(8))
				for j := range s {
					s[j] = byte(rng.IntN(1 + rng.IntN(256)))
				}
				wantValue, wantLength := int32(0), 0
				for n := 1; n <= len(s); n++ {
					if v, ok := sets[i][string(s[:n])]; ok {
						wantValue, wantLength = v, n
					}
				}
				if v, n := d.longest(int32(i), string(s)); v != wantValue || n != wantLength {
					t.Fatalf("round %d set %d: %q gives %d of length %d, want %d of length %d", round, i, s, v, n, wantValue, wantLength)
				}
			}
			for s, want := range sets[i] {
				if v, n := d.longest(int32(i), s); n != len(s) || v != want {
					t.Fatalf("round %d: key %q gives %d, %d, want %d", round, s, v, n, want)
				}
			}
		}
	}
}

// The array must stay small beside the keys, whatever they are.
func TestDoubleArraySize(t *testing.T) {
	t.Parallel()
	rng := rand.New(rand.NewPCG(3, 4))
	random := func(n, length, alphabet int) []trieKey {
		keys := make([]trieKey, n)
		for i := range keys {
			s := make([]byte, length)
			for j := range s {
				s[j] = byte(rng.IntN(alphabet))
			}
			keys[i] = trieKey{string(s), int32(i)}
		}
		return keys
	}
	var spread []trieKey // every node has two children far apart
	for i := range 1 << 14 {
		s := ""
		for b := range 14 {
			s += string([]byte{byte(i >> b & 1 * 255)})
		}
		spread = append(spread, trieKey{s, int32(i)})
	}
	for name, keys := range map[string][]trieKey{
		"random bytes": random(20000, 8, 256), "few letters": random(20000, 12, 3), "spread": spread,
	} {
		d, order := newDoubleArray(keys)
		if len(d.cells) > 6*len(order)+1024 {
			t.Errorf("%s: %d cells for %d nodes", name, len(d.cells), len(order))
		}
		t.Logf("%s: %d cells for %d nodes", name, len(d.cells), len(order))
	}
}
