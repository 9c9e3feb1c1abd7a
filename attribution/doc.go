// Package attribution says which words of a text a score comes from: it divides
// the difference between the score of a text and that of a baseline without
// content among the text's tokens, and these among its words.
//
// Integrated gradients (Sundararajan, Taly and Yan 2017, arXiv:1703.01365)
// integrate the score's gradient along the straight line from the baseline's
// token embeddings to the text's. They are complete: the values add up to the
// difference. The integral is computed by Clenshaw-Curtis quadrature, whose
// points are doubled until the sum is within a tolerance of the difference.
// Gradient times input is the first-order approximation of the same, from a
// single gradient.
//
// The package computes no gradients itself. A [Function] does, for instance one
// made with bert.Model.PathGradients or ClassPathGradients:
//
//	f := func(ctx context.Context, at []float64) ([]float64, [][]float64, [][2]int, error) {
//		return m.ClassPathGradients(ctx, s, at, class)
//	}
//	a, err := attribution.Integrated(ctx, f, attribution.Options{})
//	words := a.Words(s, text.Splitter{}) // each with its part of the class's logit
package attribution
