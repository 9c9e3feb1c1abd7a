package sentiment

// Network scores a vector with one layer of rectified units, which captures
// what a linear model misses.
type Network struct {
	Mean   weights `json:"mean"`   // [dim] of float32, subtracted from the vector
	Scale  float64 `json:"scale"`  // factor applied to the difference
	Hidden weights `json:"hidden"` // [units, dim] of float32
	Shift  weights `json:"shift"`  // [units] of float32
	Out    weights `json:"out"`    // [units] of float32
	Bias   float64 `json:"bias"`
}

// Dim returns the length of the vectors that the network takes.
func (n *Network) Dim() int { return len(n.Mean) }

// Logit returns the log-odds of a positive text for its vector [Dim].
func (n *Network) Logit(v []float32) float64 {
	scaled := make([]float32, len(n.Mean))
	n.center(scaled, v)
	z := n.Bias
	for u, out := range n.Out {
		if a := n.unit(u, scaled); a > 0 {
			z += float64(out * a)
		}
	}
	return z
}

// center stores (v - Mean) * Scale in to.
func (n *Network) center(to, v []float32) {
	scale := float32(n.Scale)
	for j, m := range n.Mean {
		to[j] = (v[j] - m) * scale
	}
}

// unit returns the input of a unit before rectification.
func (n *Network) unit(u int, scaled []float32) float32 {
	d := len(scaled)
	row := n.Hidden[u*d : (u+1)*d]
	var s0, s1, s2, s3 float32 // four sums that do not depend on each other
	j := 0
	for ; j+4 <= d; j += 4 {
		r, x := row[j:j+4:j+4], scaled[j:j+4:j+4]
		s0 += r[0] * x[0]
		s1 += r[1] * x[1]
		s2 += r[2] * x[2]
		s3 += r[3] * x[3]
	}
	for ; j < d; j++ {
		s0 += row[j] * scaled[j]
	}
	return n.Shift[u] + (s0 + s1) + (s2 + s3)
}
