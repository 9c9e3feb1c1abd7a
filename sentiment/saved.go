package sentiment

import (
	"fmt"
	"math"

	"github.com/seed-56ee9438/cohort/estimator"
	"github.com/seed-56ee9438/cohort/internal/persist"
)

// Heads are saved as safetensors files (docs/formats.md) or as JSON. Either way
// what is read back scores texts the same, to the last bit.

// ErrSaved reports bytes that MarshalBinary did not return for a value of the
// same type, that are damaged, or that a newer version wrote.
var ErrSaved = estimator.ErrSaved

// The kinds of saved heads.
const (
	kindHead    = "sentiment.Head"
	kindNetwork = "sentiment.Network"
	kindGrams   = "sentiment.Grams"
	kindBlend   = "sentiment.Blend"
	kindMixed   = "sentiment.Mixed"
)

// check requires what Score relies on.
func (h *Head) check() error {
	switch {
	case h == nil || len(h.Weights) == 0:
		return fmt.Errorf("%w: no weights", ErrFormat)
	case h.Kind != Regression && h.Kind != Logistic:
		return fmt.Errorf("%w: kind %q, want %q or %q", ErrFormat, h.Kind, Regression, Logistic)
	}
	for i, w := range append([]float64{h.Bias, h.Residual, h.Penalty}, h.Weights...) {
		if w-w != 0 {
			return fmt.Errorf("%w: number %d of the head is not finite", ErrFormat, i)
		}
	}
	return nil
}

// check requires what Logit relies on.
func (n *Network) check() error {
	switch {
	case n == nil:
		return fmt.Errorf("%w: no network", ErrFormat)
	case n.Dim() == 0 || len(n.Out) == 0 || len(n.Shift) != len(n.Out) || len(n.Hidden) != len(n.Out)*n.Dim():
		return fmt.Errorf("%w: network of dim %d with %d, %d, %d weights, want [units, dim], [units], [units]", ErrFormat, n.Dim(), len(n.Hidden), len(n.Shift), len(n.Out))
	case n.Bias-n.Bias != 0 || n.Scale-n.Scale != 0:
		return fmt.Errorf("%w: scale %v, bias %v", ErrFormat, n.Scale, n.Bias)
	}
	return nil
}

// check requires what Logit relies on.
func (g *Grams) check() error {
	switch {
	case g == nil:
		return fmt.Errorf("%w: no grams", ErrFormat)
	case g.Bits < 1 || g.Bits > maxBits || len(g.Weights) != 1<<g.Bits || g.Longest < 1 || g.Longest > mostLongest:
		return fmt.Errorf("%w: n-grams of %d characters in %d buckets of %d bits", ErrFormat, g.Longest, len(g.Weights), g.Bits)
	case g.Bias-g.Bias != 0:
		return fmt.Errorf("%w: bias %v", ErrFormat, g.Bias)
	}
	return nil
}

// check requires what Feelings relies on.
func (b *Blend) check() error {
	if b == nil || b.Network == nil || b.Grams == nil {
		return fmt.Errorf("%w: want a network and grams", ErrFormat)
	}
	if err := b.Network.check(); err != nil {
		return err
	}
	if s := b.Shares[0] + b.Shares[1] + b.Bias; math.IsNaN(s) || math.IsInf(s, 0) {
		return fmt.Errorf("%w: shares %v, bias %v", ErrFormat, b.Shares, b.Bias)
	}
	return b.Grams.check()
}

// check requires what Feelings relies on.
func (m *Mixed) check() error {
	if m == nil {
		return fmt.Errorf("%w: nothing", ErrFormat)
	}
	if err := m.checkParts(); err != nil {
		return err
	}
	if m.Classes != nil {
		return nil
	}
	if len(m.Mix.Weights) != mixedFeatures || m.words() == nil {
		return fmt.Errorf("%w: a mix of %d weights for %q, want %d for en or zh", ErrFormat, len(m.Mix.Weights), m.Lang, mixedFeatures)
	}
	return m.Mix.check()
}

// checkParts checks every part that is there, and that enough are.
func (m *Mixed) checkParts() error {
	if m.Head != nil && m.Blend != nil || m.Classes != nil && m.Head != nil || m.Head == nil && m.Blend == nil && m.Classes == nil {
		return fmt.Errorf("%w: want a head or a blend, or classes with or without a blend", ErrFormat)
	}
	if m.Classes == nil && m.Mix == nil || m.Classes != nil && m.Mix != nil {
		return fmt.Errorf("%w: want a mix or classes", ErrFormat)
	}
	if m.Head != nil {
		if err := m.Head.check(); err != nil {
			return err
		}
	}
	if m.Blend != nil {
		if err := m.Blend.check(); err != nil {
			return err
		}
	}
	if m.Classes != nil {
		if m.words() == nil {
			return fmt.Errorf("%w: language %q, want en or zh", ErrFormat, m.Lang)
		}
		if err := m.Classes.check(m.classWords()); err != nil {
			return err
		}
		if m.Blend != nil && m.Blend.Dim() != m.Classes.Dim() {
			return fmt.Errorf("%w: a blend of dim %d, classes of %d", ErrFormat, m.Blend.Dim(), m.Classes.Dim())
		}
	}
	if m.Familiar != nil {
		if err := m.Familiar.check(); err != nil {
			return err
		}
		if m.Familiar.Dim != m.Dim() {
			return fmt.Errorf("%w: familiar vectors of dim %d, want %d", ErrFormat, m.Familiar.Dim, m.Dim())
		}
	}
	return nil
}

// The heads of files hold everything except weights.

type headHead struct {
	Kind     Kind    `json:"kind"`
	Model    string  `json:"model"`
	Data     string  `json:"data"`
	Bias     float64 `json:"bias"`
	Residual float64 `json:"residual"`
	Penalty  float64 `json:"penalty"`
}

type networkHead struct {
	Scale float64 `json:"scale"`
	Bias  float64 `json:"bias"`
}

type gramsHead struct {
	Bits    int     `json:"bits"`
	Longest int     `json:"longest"`
	Bias    float64 `json:"bias"`
}

type blendHead struct {
	Model      string      `json:"model"`
	Data       string      `json:"data"`
	Network    networkHead `json:"network"`
	Grams      gramsHead   `json:"grams"`
	Shares     [2]float64  `json:"shares"`
	Bias       float64     `json:"bias"`
	Calibrated int         `json:"calibrated"`
}

type mixedHead struct {
	Lang     string        `json:"lang"`
	Head     *headHead     `json:"head,omitempty"`
	Blend    *blendHead    `json:"blend,omitempty"`
	Mix      *headHead     `json:"mix,omitempty"`
	Classes  *classesHead  `json:"classes,omitempty"`
	Familiar *familiarHead `json:"familiar,omitempty"`
}

type classesHead struct {
	Model   string     `json:"model"`
	Data    string     `json:"data"`
	Bias    [3]float64 `json:"bias"`
	Penalty float64    `json:"penalty"`
	Turn    [3]float64 `json:"turn"`
	Spread  float64    `json:"spread"`
}

type familiarHead struct {
	Dim   int     `json:"dim"`
	Slope float64 `json:"slope"`
}

// write adds the weights under names with that prefix, and returns the rest.
func (h *Head) write(w *persist.Writer, prefix string) headHead {
	w.Float64(prefix+"weights", h.Weights, len(h.Weights))
	return headHead{h.Kind, h.Model, h.Data, h.Bias, h.Residual, h.Penalty}
}

func (h headHead) read(f *persist.Reader, prefix string) *Head {
	return &Head{h.Kind, h.Model, h.Data, f.Float64(prefix+"weights", -1), h.Bias, h.Residual, h.Penalty}
}

func (n *Network) write(w *persist.Writer, prefix string) networkHead {
	w.Float32(prefix+"mean", n.Mean, len(n.Mean))
	w.Float32(prefix+"hidden", n.Hidden, len(n.Out), len(n.Mean))
	w.Float32(prefix+"shift", n.Shift, len(n.Shift))
	w.Float32(prefix+"out", n.Out, len(n.Out))
	return networkHead{n.Scale, n.Bias}
}

func (h networkHead) read(f *persist.Reader, prefix string) *Network {
	n := &Network{Mean: f.Float32(prefix+"mean", -1), Shift: f.Float32(prefix+"shift", -1), Scale: h.Scale, Bias: h.Bias}
	n.Out = f.Float32(prefix+"out", len(n.Shift))
	n.Hidden = f.Float32(prefix+"hidden", len(n.Shift), len(n.Mean))
	return n
}

func (g *Grams) write(w *persist.Writer, prefix string) gramsHead {
	w.Float32(prefix+"weights", g.Weights, len(g.Weights))
	return gramsHead{g.Bits, g.Longest, g.Bias}
}

func (h gramsHead) read(f *persist.Reader, prefix string) *Grams {
	return &Grams{Bits: h.Bits, Longest: h.Longest, Weights: f.Float32(prefix+"weights", -1), Bias: h.Bias}
}

func (b *Blend) write(w *persist.Writer, prefix string) blendHead {
	return blendHead{b.Model, b.Data, b.Network.write(w, prefix+"network."), b.Grams.write(w, prefix+"grams."), b.Shares, b.Bias, b.Calibrated}
}

func (h blendHead) read(f *persist.Reader, prefix string) *Blend {
	return &Blend{h.Model, h.Data, h.Network.read(f, prefix+"network."), h.Grams.read(f, prefix+"grams."), h.Shares, h.Bias, h.Calibrated}
}

func (c *Classes) write(w *persist.Writer, prefix string) classesHead {
	w.Float32(prefix+"weights", c.Weights, classCount, c.Dim())
	w.Float64(prefix+"words", c.Words, classCount, len(c.Words)/classCount)
	return classesHead{c.Model, c.Data, c.Bias, c.Penalty, c.Turn, c.Spread}
}

func (h classesHead) read(f *persist.Reader, prefix string) *Classes {
	return &Classes{h.Model, h.Data, f.Float32(prefix+"weights", classCount, -1), f.Float64(prefix+"words", classCount, -1), h.Bias, h.Penalty, h.Turn, h.Spread}
}

func (x *Familiar) write(w *persist.Writer, prefix string) familiarHead {
	w.Float32(prefix+"centres", x.Centres, len(x.Centres)/x.Dim, x.Dim)
	w.Float64(prefix+"quantiles", x.Quantiles, len(x.Quantiles))
	return familiarHead{x.Dim, x.Slope}
}

func (h familiarHead) read(f *persist.Reader, prefix string) *Familiar {
	return &Familiar{f.Float32(prefix+"centres", -1, h.Dim), h.Dim, f.Float64(prefix+"quantiles", -1), h.Slope}
}

func (m *Mixed) write(w *persist.Writer, _ string) mixedHead {
	out := mixedHead{Lang: m.Lang}
	if m.Head != nil {
		h := m.Head.write(w, "head.")
		out.Head = &h
	}
	if m.Blend != nil {
		b := m.Blend.write(w, "blend.")
		out.Blend = &b
	}
	if m.Mix != nil {
		h := m.Mix.write(w, "mix.")
		out.Mix = &h
	}
	if m.Classes != nil {
		c := m.Classes.write(w, "classes.")
		out.Classes = &c
	}
	if m.Familiar != nil {
		f := m.Familiar.write(w, "familiar.")
		out.Familiar = &f
	}
	return out
}

func (h mixedHead) read(f *persist.Reader, _ string) *Mixed {
	m := &Mixed{Lang: h.Lang}
	if h.Head != nil {
		m.Head = h.Head.read(f, "head.")
	}
	if h.Blend != nil {
		m.Blend = h.Blend.read(f, "blend.")
	}
	if h.Mix != nil {
		m.Mix = h.Mix.read(f, "mix.")
	}
	if h.Classes != nil {
		m.Classes = h.Classes.read(f, "classes.")
	}
	if h.Familiar != nil {
		m.Familiar = h.Familiar.read(f, "familiar.")
	}
	return m
}

// marshal returns the file of a value that is complete.
func marshal[H any](kind string, v interface {
	check() error
	write(w *persist.Writer, prefix string) H
}) ([]byte, error) {
	if err := v.check(); err != nil {
		return nil, err
	}
	var w persist.Writer
	head := v.write(&w, "")
	return w.Encode(kind, 1, head)
}

// unmarshal sets *v to what a file holds.
func unmarshal[H interface {
	read(f *persist.Reader, prefix string) *V
}, V any](kind string, data []byte, v *V, check func(*V) error) error {
	var head H
	f, err := persist.Decode(data, kind, 1, &head)
	if err != nil {
		return err
	}
	read := head.read(f, "")
	return persist.Keep(v, *read, f, func() error { return check(read) })
}

// MarshalBinary implements encoding.BinaryMarshaler, which encoding/gob also
// uses. An incomplete head is an ErrFormat.
func (h Head) MarshalBinary() ([]byte, error) { return marshal(kindHead, &h) }

// UnmarshalBinary implements encoding.BinaryUnmarshaler. Errors are ErrSaved
// and leave h unchanged.
func (h *Head) UnmarshalBinary(data []byte) error {
	return unmarshal[headHead](kindHead, data, h, (*Head).check)
}

// MarshalBinary implements encoding.BinaryMarshaler, which encoding/gob also
// uses. An incomplete network is an ErrFormat.
func (n Network) MarshalBinary() ([]byte, error) { return marshal(kindNetwork, &n) }

// UnmarshalBinary implements encoding.BinaryUnmarshaler. Errors are ErrSaved
// and leave n unchanged.
func (n *Network) UnmarshalBinary(data []byte) error {
	return unmarshal[networkHead](kindNetwork, data, n, (*Network).check)
}

// MarshalBinary implements encoding.BinaryMarshaler, which encoding/gob also
// uses. Incomplete grams are an ErrFormat.
func (g Grams) MarshalBinary() ([]byte, error) { return marshal(kindGrams, &g) }

// UnmarshalBinary implements encoding.BinaryUnmarshaler. Errors are ErrSaved
// and leave g unchanged.
func (g *Grams) UnmarshalBinary(data []byte) error {
	return unmarshal[gramsHead](kindGrams, data, g, (*Grams).check)
}

// MarshalBinary implements encoding.BinaryMarshaler, which encoding/gob also
// uses. An incomplete blend is an ErrFormat.
func (b Blend) MarshalBinary() ([]byte, error) { return marshal(kindBlend, &b) }

// UnmarshalBinary implements encoding.BinaryUnmarshaler. Errors are ErrSaved
// and leave b unchanged.
func (b *Blend) UnmarshalBinary(data []byte) error {
	return unmarshal[blendHead](kindBlend, data, b, (*Blend).check)
}

// MarshalBinary implements encoding.BinaryMarshaler, which encoding/gob also
// uses. An incomplete Mixed is an ErrFormat.
func (m Mixed) MarshalBinary() ([]byte, error) { return marshal(kindMixed, &m) }

// UnmarshalBinary implements encoding.BinaryUnmarshaler. Errors are ErrSaved
// and leave m unchanged.
func (m *Mixed) UnmarshalBinary(data []byte) error {
	return unmarshal[mixedHead](kindMixed, data, m, (*Mixed).check)
}

// MarshalBinary returns an ErrSaved: the scores are those of a function.
func (c Classified) MarshalBinary() ([]byte, error) {
	return nil, fmt.Errorf("sentiment: a %T cannot be saved: %w", c, ErrSaved)
}
