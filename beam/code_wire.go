package beam

import (
	"encoding/binary"
	"errors"
	"math"

	"github.com/seed-56ee9438/cohort/text/keyword"
)

// There is a Count for every term of a batch, and a part for every cluster of a
// block in every round. For elements as small as these, package gob would spend
// more on describing their types than on their values.

func encodeCount(v Count) ([]byte, error) {
	p := packer{}
	p.string(v.Term)
	p.int(v.Words)
	p.ints(v.Texts)
	p.ints(v.Users)
	p.ints(v.Sizes)
	p.int(len(v.Spellings))
	for _, s := range v.Spellings {
		p.int(s.Segment)
		p.string(s.Lower)
		p.int(s.Texts)
		p.int(s.Small)
		p.int(len(s.Cased))
		for _, c := range s.Cased {
			p.string(c.Text)
			p.int(c.Texts)
		}
	}
	return p.b, nil
}

func decodeCount(b []byte) (Count, error) {
	u := unpacker{b: b}
	v := Count{Count: keyword.Count{Term: u.string(), Words: u.int(), Texts: u.ints(), Users: u.ints()}, Sizes: u.ints()}
	for range u.length() {
		s := keyword.Spelling{Segment: u.int(), Lower: u.string(), Texts: u.int(), Small: u.int()}
		for range u.length() {
			s.Cased = append(s.Cased, keyword.Cased{Text: u.string(), Texts: u.int()})
		}
		v.Spellings = append(v.Spellings, s)
	}
	return v, u.end()
}

func encodePart(v part) ([]byte, error) {
	p := packer{b: make([]byte, 0, 64+8*len(v.Sum))}
	p.int(v.Block)
	p.int(v.Cluster)
	p.float(v.Mass)
	p.int(len(v.Sum))
	for _, x := range v.Sum {
		p.float(x)
	}
	p.b = append(p.b, v.Labels[:]...)
	p.int(len(v.Far))
	for _, f := range v.Far {
		p.float(f.Distance)
		p.int(f.Block)
		p.int(f.Row)
		p.int(f.Cluster)
		p.int(len(f.Vector))
		for _, x := range f.Vector {
			p.b = binary.LittleEndian.AppendUint32(p.b, math.Float32bits(x))
		}
	}
	return p.b, nil
}

func decodePart(b []byte) (part, error) {
	u := unpacker{b: b}
	v := part{Block: u.int(), Cluster: u.int(), Mass: u.float()}
	if n := u.length(); n > 0 {
		v.Sum = make([]float64, n)
		for i := range v.Sum {
			v.Sum[i] = u.float()
		}
	}
	copy(v.Labels[:], u.take(len(v.Labels)))
	for range u.length() {
		f := far{Distance: u.float(), Block: u.int(), Row: u.int(), Cluster: u.int()}
		if n := u.length(); n > 0 {
			f.Vector = make([]float32, n)
			for i := range f.Vector {
				if x := u.take(4); x != nil {
					f.Vector[i] = math.Float32frombits(binary.LittleEndian.Uint32(x))
				}
			}
		}
		v.Far = append(v.Far, f)
	}
	return v, u.end()
}

// packer appends values to bytes.
type packer struct{ b []byte }

func (p *packer) int(n int)       { p.b = binary.AppendVarint(p.b, int64(n)) }
func (p *packer) float(x float64) { p.b = binary.LittleEndian.AppendUint64(p.b, math.Float64bits(x)) }

func (p *packer) string(s string) {
	p.int(len(s))
	p.b = append(p.b, s...)
}

func (p *packer) ints(x []int) {
	p.int(len(x))
	for _, n := range x {
		p.int(n)
	}
}

var errCut = errors.New("cohort/beam: an element that is cut off")

// unpacker reads what packer wrote; after an error, zero values.
type unpacker struct {
	b   []byte
	err error
}

// end returns the first error; bytes that are left are one.
func (u *unpacker) end() error {
	if u.err == nil && len(u.b) > 0 {
		u.err = errors.New("cohort/beam: an element with more behind it")
	}
	return u.err
}

func (u *unpacker) take(n int) []byte {
	if u.err != nil || n > len(u.b) {
		u.err = errCut
		return nil
	}
	x := u.b[:n]
	u.b = u.b[n:]
	return x
}

func (u *unpacker) int() int {
	n, size := binary.Varint(u.b)
	if u.err != nil || size <= 0 {
		u.err = errCut
		return 0
	}
	u.b = u.b[size:]
	return int(n)
}

// length is that of a list whose members take a byte or more each.
func (u *unpacker) length() int {
	n := u.int()
	if n < 0 || n > len(u.b) {
		u.err = errCut
		return 0
	}
	return n
}

func (u *unpacker) float() float64 {
	x := u.take(8)
	if x == nil {
		return 0
	}
	return math.Float64frombits(binary.LittleEndian.Uint64(x))
}

func (u *unpacker) string() string { return string(u.take(u.length())) }

func (u *unpacker) ints() []int {
	n := u.length()
	if n == 0 {
		return nil
	}
	x := make([]int, n)
	for i := range x {
		x[i] = u.int()
	}
	return x
}
