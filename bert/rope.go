package bert

import (
	"encoding/json"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/seed-56ee9438/cohort/bert/internal/engine"
)

// ropeSettings are rope_parameters, or rope_scaling of older files: how the
// frequencies of rotary positions follow from their base. The types of scaling
// are those of transformers, and "ntk" of GTE's checkpoints.
type ropeSettings struct {
	Theta     *float64  `json:"rope_theta"`
	Type      string    `json:"rope_type"`
	OldType   string    `json:"type"`
	Partial   *float64  `json:"partial_rotary_factor"`
	Factor    *float64  `json:"factor"`
	Original  *float64  `json:"original_max_position_embeddings"`
	Attention *float64  `json:"attention_factor"` // yarn, longrope
	Fast      float64   `json:"beta_fast"`        // yarn
	Slow      float64   `json:"beta_slow"`        // yarn
	Scale     float64   `json:"mscale"`           // yarn
	ScaleAll  float64   `json:"mscale_all_dim"`   // yarn
	Truncate  *bool     `json:"truncate"`         // yarn
	Low       *float64  `json:"low_freq_factor"`  // llama3
	High      *float64  `json:"high_freq_factor"` // llama3
	Mixed     *float64  `json:"mixed_b"`          // ntk
	ShortBy   []float64 `json:"short_factor"`     // longrope
	LongBy    []float64 `json:"long_factor"`      // longrope
	Sections  []int     `json:"mrope_section"`    // of images and videos: refused

	theta     float64
	dim       int     // features of a head that are rotated
	headDim   int     // features of a head
	positions float64 // max_position_embeddings
}

// ropeTypes are the types of scaling that are followed.
var ropeTypes = []string{"default", "linear", "dynamic", "ntk", "yarn", "longrope", "llama3", "proportional"}

// rotary reads rope_parameters, rope_scaling and rope_theta for heads of dim
// features. kind is the kind of layer where settings differ by kind, otherwise
// "", and theta is the default.
func (f *fields) rotary(c *Config, dim int, kind string, theta float64, thetaNames ...string) *engine.Rotary {
	p, where := f.rope(c, dim, kind, theta, thetaNames...)
	return f.frequencies(c, &p, where)
}

// frequencies computes what the settings, which the field where holds, lead to.
func (f *fields) frequencies(c *Config, p *ropeSettings, where string) *engine.Rotary {
	r := &engine.Rotary{Positions: c.MaxPositionEmbeddings}
	if f.err == nil {
		f.err = p.set(r, where)
	}
	if f.err == nil && p.kind() == "dynamic" {
		c.longest = int(min(p.positions**p.Factor, maxTokens))
	}
	return r
}

// rope is rotary without computing the frequencies.
func (f *fields) rope(c *Config, dim int, kind string, theta float64, thetaNames ...string) (p ropeSettings, where string) {
	for _, name := range append(thetaNames, "rope_theta") {
		if f.get(name, &theta) {
			break
		}
	}
	p, where = f.ropeSettings(kind)
	p.theta, p.headDim, p.positions = theta, dim, float64(c.MaxPositionEmbeddings)
	if p.Theta != nil {
		p.theta = *p.Theta
	}
	if p.Partial == nil {
		f.get("partial_rotary_factor", &p.Partial)
	}
	if p.Original == nil {
		f.get("original_max_position_embeddings", &p.Original)
	}
	p.dim = dim
	// With the type default, the reference rotates whole heads whatever the
	// factor is.
	if p.Partial != nil && p.kind() != "proportional" && p.kind() != "default" {
		p.dim = int(float64(dim) * *p.Partial)
	}
	return p, where
}

// ropeSettings reads the settings for a kind of layer and returns the field that
// holds them.
func (f *fields) ropeSettings(kind string) (p ropeSettings, where string) {
	for _, name := range []string{"rope_scaling", "rope_parameters"} {
		var raw json.RawMessage
		if !f.get(name, &raw) {
			continue
		}
		var byKind map[string]json.RawMessage
		own := json.Unmarshal(raw, &byKind) == nil && !isNull(byKind[kind])
		if own {
			raw = byKind[kind]
		}
		err := json.Unmarshal(raw, &p)
		if own { // the reference looks for truncate beside the kinds alone
			p.Truncate = nil
			if whole := byKind["truncate"]; err == nil && !isNull(whole) {
				err = json.Unmarshal(whole, &p.Truncate)
			}
		}
		if err != nil {
			f.err = &ConfigError{File: configFile, Field: name, Got: shortJSON(raw), Want: "a JSON object of numbers"}
			return p, name
		}
		where = name
	}
	return p, where
}

// kind returns the type of scaling.
func (p *ropeSettings) kind() string {
	switch {
	case p.Type != "":
		return p.Type
	case p.OldType != "":
		return p.OldType
	}
	return "default"
}

// wrongRope returns the error for a field of the settings at where.
func wrongRope(where string) func(field string, got any, want string) error {
	return func(field string, got any, want string) error {
		return &ConfigError{File: configFile, Field: strings.TrimPrefix(where+"."+field, "."), Got: fmt.Sprint(got), Want: want}
	}
}

// check refuses settings that no kind of scaling can follow.
func (p *ropeSettings) check(where string) error {
	wrong, kind := wrongRope(where), p.kind()
	switch {
	case !slices.Contains(ropeTypes, kind):
		return &ConfigError{File: configFile, Field: where + ".rope_type", Got: strconv.Quote(kind), Want: "one of " + strings.Join(ropeTypes, ", "), kind: ErrUnsupported}
	case p.Type != "" && p.OldType != "" && p.Type != p.OldType:
		return wrong("type", strconv.Quote(p.OldType), "the same as rope_type, "+strconv.Quote(p.Type))
	case len(p.Sections) > 0:
		return &ConfigError{File: configFile, Field: where + ".mrope_section", Got: fmt.Sprint(p.Sections), Want: "none: texts have one axis", kind: ErrUnsupported}
	case !(p.theta > 0) || math.IsInf(p.theta, 0):
		return wrong("rope_theta", p.theta, "a positive base")
	case p.headDim < 1 || p.headDim > maxWidth:
		return &ConfigError{File: configFile, Field: "head_dim", Got: fmt.Sprint(p.headDim), Want: fmt.Sprintf("1 to %d", maxWidth)}
	case p.dim < 2 || p.dim%2 != 0 || p.dim > p.headDim:
		return wrong("partial_rotary_factor", p.dim, fmt.Sprintf("an even number of features of a head of %d that are rotated", p.headDim))
	}
	return nil
}

// set computes the frequencies.
func (p *ropeSettings) set(r *engine.Rotary, where string) error {
	if err := p.check(where); err != nil {
		return err
	}
	wrong, kind := wrongRope(where), p.kind()
	positive := func(field string, v *float64, least float64) (float64, error) {
		if v == nil {
			return 0, wrong(field, "nothing", "a number for "+kind)
		}
		if !(*v >= least) || math.IsInf(*v, 0) || *v == 0 {
			return 0, wrong(field, *v, fmt.Sprintf("a number above 0, at least %g", least))
		}
		return *v, nil
	}
	original := p.positions
	var err error
	if p.Original != nil && (kind == "yarn" || kind == "longrope" || kind == "llama3") {
		if original, err = positive("original_max_position_embeddings", p.Original, 1); err != nil {
			return err
		}
	}
	factor := 1.0
	switch kind {
	case "default":
	case "yarn", "longrope":
		factor = p.positions / original
		fallthrough
	default:
		least := 0.0
		if kind == "ntk" {
			least = 1
		}
		if p.Factor != nil || kind == "linear" || kind == "dynamic" || kind == "ntk" || kind == "llama3" {
			if factor, err = positive("factor", p.Factor, least); err != nil {
				return err
			}
		}
	}
	r.Frequencies = ropeFrequencies(p.theta, p.dim, p.dim)
	switch kind {
	case "linear":
		divide(r.Frequencies, factor)
	case "dynamic":
		p.dynamic(r, factor)
	case "ntk":
		r.Frequencies = p.ntk(factor)
	case "yarn":
		err = p.yarn(r, factor, original)
	case "longrope":
		err = p.longRoPE(r, factor, original, wrong)
	case "llama3":
		var low, high float64
		if low, err = positive("low_freq_factor", p.Low, 0); err == nil {
			high, err = positive("high_freq_factor", p.High, 0)
		}
		if err == nil && !(high > low) {
			err = wrong("high_freq_factor", high, fmt.Sprintf("more than low_freq_factor, %g", low))
		}
		llama3(r.Frequencies, factor, low, high, original)
	case "proportional":
		err = p.proportional(r, factor, wrong)
	}
	if err == nil && (!finite(r.Frequencies) || math.IsNaN(r.Scale) || math.IsInf(r.Scale, 0) || r.Scale < 0) {
		err = wrong("rope_theta", p.theta, "settings that lead to finite frequencies")
	}
	return err
}

// ropeFrequencies returns theta^(-2i/over) for the dim/2 pairs i.
func ropeFrequencies(theta float64, dim, over int) []float64 {
	out := make([]float64, dim/2)
	for i := range out {
		out[i] = 1 / math.Pow(theta, float64(2*i)/float64(over))
	}
	return out
}

func divide(x []float64, by float64) {
	for i := range x {
		x[i] /= by
	}
}

func finite(x []float64) bool {
	return !slices.ContainsFunc(x, func(v float64) bool { return math.IsNaN(v) || math.IsInf(v, 0) })
}

// dynamic enlarges the base for texts that exceed the positions, the more the
// longer they are ("NTK-aware").
func (p *ropeSettings) dynamic(r *engine.Rotary, factor float64) {
	theta, dim, positions := p.theta, p.dim, p.positions
	if dim == 2 { // the one frequency is 1 with any base
		return
	}
	r.Trained = int(positions)
	r.Beyond = func(tokens int) []float64 {
		grown := math.Pow(factor*float64(tokens)/positions-(factor-1), float64(dim)/float64(dim-2))
		return ropeFrequencies(theta*grown, dim, dim)
	}
}

// ntk divides frequencies by numbers that grow from one pair of features to the
// next, to factor for the last; mixed, by an exponential of a power of the pair
// instead of a plain one.
func (p *ropeSettings) ntk(factor float64) []float64 {
	half := float64(p.dim / 2)
	if p.Mixed == nil {
		out := ropeFrequencies(p.theta*factor, p.dim, p.dim)
		divide(out, math.Pow(factor, 1/half))
		return out
	}
	out := ropeFrequencies(p.theta, p.dim, p.dim)
	for i := range out {
		out[i] /= math.Exp(math.Log(factor) * math.Pow(float64(i+1)/half, *p.Mixed))
	}
	return out
}

// yarn divides low frequencies by factor, keeps high ones, and goes from one to
// the other in between; attention gets sharper (Peng et al. 2023,
// arXiv:2309.00071).
func (p *ropeSettings) yarn(r *engine.Rotary, factor, original float64) error {
	sharper := func(by float64) float64 {
		if factor <= 1 {
			return 1
		}
		return 0.1*by*math.Log(factor) + 1
	}
	switch {
	case p.Attention != nil:
		r.Scale = *p.Attention
	case p.Scale != 0 && p.ScaleAll != 0:
		r.Scale = sharper(p.Scale) / sharper(p.ScaleAll)
	default:
		r.Scale = sharper(1)
	}
	fast, slow := p.Fast, p.Slow
	if fast == 0 {
		fast = 32
	}
	if slow == 0 {
		slow = 1
	}
	// pair returns the pair of features that turns so many times over the
	// original positions.
	pair := func(turns float64) float64 {
		return float64(p.dim) * math.Log(original/(turns*2*math.Pi)) / (2 * math.Log(p.theta))
	}
	low, high := pair(fast), pair(slow)
	if p.Truncate == nil || *p.Truncate {
		low, high = math.Floor(low), math.Ceil(high)
	}
	low, high = max(low, 0), min(high, float64(p.dim-1))
	if low == high {
		high += 0.001
	}
	for i, v := range r.Frequencies {
		part := min(max((float64(i)-low)/(high-low), 0), 1) // that is divided
		r.Frequencies[i] = v/factor*part + v*(1-part)
	}
	return nil
}

// longRoPE divides each frequency by a number of its own, others for texts
// longer than the original positions (Ding et al. 2024, arXiv:2402.13753).
func (p *ropeSettings) longRoPE(r *engine.Rotary, factor, original float64, wrong func(string, any, string) error) error {
	for _, list := range []struct {
		field string
		by    []float64
	}{{"short_factor", p.ShortBy}, {"long_factor", p.LongBy}} {
		if len(list.by) != p.dim/2 || slices.ContainsFunc(list.by, func(v float64) bool { return !(v > 0) }) {
			return wrong(list.field, fmt.Sprintf("%d numbers", len(list.by)), fmt.Sprintf("%d positive numbers", p.dim/2))
		}
	}
	switch {
	case p.Attention != nil:
		r.Scale = *p.Attention
	case factor > 1:
		r.Scale = math.Sqrt(1 + math.Log(factor)/math.Log(original))
	}
	long := slices.Clone(r.Frequencies)
	for i := range long {
		r.Frequencies[i] /= p.ShortBy[i]
		long[i] /= p.LongBy[i]
	}
	r.Trained, r.Beyond = int(original), func(int) []float64 { return long }
	return nil
}

// llama3 divides frequencies by factor that turn less than low times over the
// original positions, keeps those that turn more than high times, and goes from
// one to the other in between (Llama 3.1: Grattafiori et al. 2024,
// arXiv:2407.21783).
func llama3(frequencies []float64, factor, low, high, original float64) {
	for i, v := range frequencies {
		turns := original * v / (2 * math.Pi)
		kept := min(max((turns-low)/(high-low), 0), 1)
		frequencies[i] = v/factor*(1-kept) + v*kept
	}
}

// proportional rotates a part of the pairs of a head, with the frequencies that
// they have when all are rotated (Gemma 4).
func (p *ropeSettings) proportional(r *engine.Rotary, factor float64, wrong func(string, any, string) error) error {
	part := 1.0
	if p.Partial != nil {
		part = *p.Partial
	}
	pairs := math.Floor(part * float64(p.headDim) / 2)
	if !(pairs >= 0 && pairs <= float64(p.headDim/2)) {
		return wrong("partial_rotary_factor", part, "0 to 1")
	}
	clear(r.Frequencies[int(pairs):])
	divide(r.Frequencies, factor)
	return nil
}

// localRotary is rotary for layers with a window, to which rope_scaling and
// rope_theta of older files do not apply.
func (f *fields) localRotary(c *Config, dim int) *engine.Rotary {
	own := &fields{raw: map[string]json.RawMessage{}, err: f.err}
	for _, name := range []string{"rope_local_base_freq", "rope_parameters"} {
		own.raw[name] = f.raw[name]
	}
	r := own.rotary(c, dim, "sliding_attention", 10000, "rope_local_base_freq")
	f.err = own.err
	return r
}
