// Package autograd has differentiable operators for spago's ag. Each works on
// the matrix of a whole batch, whereas spago's own take one token at a time:
//
//	pass.go       what the operators of one pass have in common
//	lookup.go     table rows, summed
//	linear.go     linear layers side by side, with adapters of low rank
//	product.go    their products, on several goroutines
//	activate.go   element-wise functions
//	norm.go       residual sum with LayerNorm; rows to unit length
//	attention.go  multi-head attention
//	dropout.go    dropout
//	pool.go       first rows and means over texts
//
// Texts lie end to end, without padding. Matrices are row-major float32.
// Products and most else run on package kernel.
//
// A node gets at most two gradients, whose sum does not depend on their order,
// and a parameter gets its gradients one after the other (see accumulate); no
// sum depends on the split of work. So gradients are bit-identical for any
// number of threads and however ag's goroutines are scheduled.
package autograd
