// Package autograd has differentiable operators for spago's ag. Each works on
// the matrix of a whole batch, whereas spago's own take one token at a time:
//
//	lookup.go     table rows, summed
//	linear.go     linear layers side by side
//	activate.go   element-wise functions
//	norm.go       residual sum with LayerNorm; rows to unit length
//	attention.go  multi-head attention
//	pool.go       first rows and means over texts
//
// Texts lie end to end, without padding. Matrices are row-major float32.
//
// An operand gets at most two gradients, whose sum does not depend on their
// order, so gradients are bit-identical however ag's goroutines are scheduled.
package autograd
