package tokenize

import (
	"encoding/binary"
	"strings"
	"unicode/utf8"

	"github.com/rivo/uniseg"
)

// charsmap is the normaliser that SentencePiece compiles into its models: a
// table from short strings to strings, stored as a double array in the format
// of Darts-clone followed by the strings, each terminated by a zero byte.
type charsmap struct {
	units   []uint32
	strings string
}

func parseCharsmap(data []byte) (normalizer, error) {
	if len(data) == 0 {
		return normalizers(nil), nil
	}
	const path = "normalizer.precompiled_charsmap"
	if len(data) < 4 {
		return nil, &FormatError{Path: path, Got: "fewer than 4 bytes", Want: "the size of the trie"}
	}
	size := uint64(binary.LittleEndian.Uint32(data))
	if size%4 != 0 || size > uint64(len(data)-4) {
		return nil, &FormatError{Path: path, Got: "a trie that is longer than the data, or not of whole units", Want: "a trie followed by strings"}
	}
	c := &charsmap{units: make([]uint32, size/4), strings: string(data[4+size:])}
	for i := range c.units {
		c.units[i] = binary.LittleEndian.Uint32(data[4+4*i:])
	}
	if !utf8.ValidString(c.strings) {
		return nil, &FormatError{Path: path, Got: "strings that are no UTF-8", Want: "UTF-8"}
	}
	return c, nil
}

// Fields of a unit of the double array.
func unitOffset(u uint32) uint32 { return u >> 10 << (u >> 6 & 8) }
func unitLabel(u uint32) uint32  { return u & (1<<31 | 0xFF) }
func unitHasLeaf(u uint32) bool  { return u>>8&1 == 1 }
func unitValue(u uint32) uint32  { return u &^ (1 << 31) }

// lookup returns the replacement of s: that of its shortest prefix in the
// table, as in the reference.
func (c *charsmap) lookup(s string) (string, bool) {
	if len(c.units) == 0 {
		return "", false
	}
	at := unitOffset(c.units[0])
	for i := range len(s) {
		if s[i] == 0 {
			break
		}
		at ^= uint32(s[i])
		if uint64(at) >= uint64(len(c.units)) {
			break
		}
		u := c.units[at]
		if unitLabel(u) != uint32(s[i]) {
			break
		}
		at ^= unitOffset(u)
		if unitHasLeaf(u) {
			if uint64(at) >= uint64(len(c.units)) {
				break
			}
			v := unitValue(c.units[at])
			if uint64(v) > uint64(len(c.strings)) {
				break
			}
			to := strings.IndexByte(c.strings[v:], 0)
			if to < 0 {
				to = len(c.strings) - int(v)
			}
			return c.strings[v : int(v)+to], true
		}
	}
	return "", false
}

func (c *charsmap) normalize(a aligned) aligned {
	changes := make([]change, 0, len(a.text))
	changed := false
	skipped := 0
	replace := func(old, with string) {
		changed = true
		had, has := utf8.RuneCountInString(old), 0
		for _, r := range with {
			n := 0
			if has++; has > had {
				n = 1
			}
			changes = append(changes, change{r, n})
		}
		if has < had {
			if len(changes) == 0 {
				skipped += had - has
				return
			}
			changes[len(changes)-1].n -= had - has
		}
	}
	state, rest := -1, a.text
	for rest != "" {
		var cluster string
		cluster, rest, _, state = uniseg.FirstGraphemeClusterInString(rest, state)
		if len(cluster) < 6 {
			if with, ok := c.lookup(cluster); ok {
				replace(cluster, with)
				continue
			}
		}
		for i, r := range cluster {
			part := cluster[i : i+utf8.RuneLen(r)]
			if with, ok := c.lookup(part); ok {
				replace(part, with)
			} else {
				changes = append(changes, change{r, 0})
			}
		}
	}
	if !changed {
		return a
	}
	return a.transform(changes, skipped)
}
