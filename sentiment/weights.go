package sentiment

import (
	"encoding/binary"
	"encoding/json"
	"fmt"
	"math"
	"slices"
)

// weights are saved in JSON as float32 or, if nothing is lost by it, as 16-bit
// integers and a step size; see Blend.Rounded.
type weights []float32

type savedWeights struct {
	Step    float64 `json:"step,omitempty"`
	Int16   []byte  `json:"int16,omitempty"`   // little endian, base64 in JSON
	Float32 []byte  `json:"float32,omitempty"` // likewise
}

// int16s returns the weights in 16 bits, rounded.
func (w weights) int16s() savedWeights {
	most := float32(0)
	for _, v := range w {
		most = max(most, v, -v)
	}
	s := savedWeights{Step: float64(most) / math.MaxInt16}
	for _, v := range w {
		n := 0.0
		if most > 0 {
			n = math.RoundToEven(float64(v) / s.Step)
		}
		s.Int16 = binary.LittleEndian.AppendUint16(s.Int16, uint16(int16(n)))
	}
	return s
}

// rounded returns the weights rounded to 16 bits. The error is half a step at
// most, 2^-16 of the largest weight.
func (w weights) rounded() weights {
	s := w.int16s()
	out := make(weights, len(w))
	for i := range out {
		out[i] = float32(float64(int16(binary.LittleEndian.Uint16(s.Int16[2*i:]))) * s.Step)
	}
	return out
}

// MarshalJSON implements json.Marshaler without loss.
func (w weights) MarshalJSON() ([]byte, error) {
	for i, v := range w {
		if v-v != 0 {
			return nil, fmt.Errorf("weight %d is not finite", i)
		}
	}
	if slices.Equal(w, w.rounded()) {
		return json.Marshal(w.int16s())
	}
	var s savedWeights
	for _, v := range w {
		s.Float32 = binary.LittleEndian.AppendUint32(s.Float32, math.Float32bits(v))
	}
	return json.Marshal(s)
}

// UnmarshalJSON reads the output of MarshalJSON.
func (w *weights) UnmarshalJSON(data []byte) error {
	var s savedWeights
	if err := json.Unmarshal(data, &s); err != nil {
		return err
	}
	switch {
	case len(s.Float32) > 0 && len(s.Int16) > 0, len(s.Float32)%4 != 0, len(s.Int16)%2 != 0,
		math.IsNaN(s.Step), s.Step < 0, s.Step > math.MaxFloat32/math.MaxInt16:
		return fmt.Errorf("weights of %d and %d bytes with step %g", len(s.Int16), len(s.Float32), s.Step)
	case len(s.Float32) > 0:
		*w = make(weights, len(s.Float32)/4)
		for i := range *w {
			v := math.Float32frombits(binary.LittleEndian.Uint32(s.Float32[4*i:]))
			if v-v != 0 {
				return fmt.Errorf("weight %d is not finite", i)
			}
			(*w)[i] = v
		}
		return nil
	}
	*w = make(weights, len(s.Int16)/2)
	for i := range *w {
		(*w)[i] = float32(float64(int16(binary.LittleEndian.Uint16(s.Int16[2*i:]))) * s.Step)
	}
	return nil
}
