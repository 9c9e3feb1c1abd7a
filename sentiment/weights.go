package sentiment

import (
	"encoding/binary"
	"encoding/json"
	"fmt"
	"math"
)

// weights are saved as 16-bit integers and a step size. The rounding error,
// 2^-16 of the largest weight, is negligible.
type weights []float32

type savedWeights struct {
	Step  float64 `json:"step"`
	Int16 []byte  `json:"int16"` // little endian, base64 in JSON
}

// MarshalJSON rounds the weights.
func (w weights) MarshalJSON() ([]byte, error) {
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
	return json.Marshal(s)
}

// UnmarshalJSON reads the output of MarshalJSON.
func (w *weights) UnmarshalJSON(data []byte) error {
	var s savedWeights
	if err := json.Unmarshal(data, &s); err != nil {
		return err
	}
	if len(s.Int16)%2 != 0 || math.IsNaN(s.Step) || s.Step < 0 || s.Step > math.MaxFloat32/math.MaxInt16 {
		return fmt.Errorf("weights of %d bytes with step %g", len(s.Int16), s.Step)
	}
	*w = make(weights, len(s.Int16)/2)
	for i := range *w {
		(*w)[i] = float32(float64(int16(binary.LittleEndian.Uint16(s.Int16[2*i:]))) * s.Step)
	}
	return nil
}
