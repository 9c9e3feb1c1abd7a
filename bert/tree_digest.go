package bert

import (
	"encoding/binary"
	"math"
	"slices"

	"github.com/nlpodyssey/spago/nn"
)

// digestTree feeds a trained tree's parameters to block, in order of their names.
func digestTree(e *Encoder, block func([]byte)) {
	params := make([]*nn.Param, 0, len(e.names))
	for p := range e.names {
		params = append(params, p)
	}
	slices.SortFunc(params, func(a, b *nn.Param) int {
		if e.names[a] < e.names[b] {
			return -1
		}
		return 1
	})
	for _, p := range params {
		block([]byte(e.names[p]))
		data := values(p)
		b := make([]byte, 0, 4*len(data))
		for _, v := range data {
			b = binary.LittleEndian.AppendUint32(b, math.Float32bits(v))
		}
		block(b)
	}
}
