// Package engine runs a Transformer encoder for inference: token ids in, hidden
// states out. It knows kernels and slices only; where the parameters come from,
// and what is made of the hidden states, is its caller's business.
//
// # Reading the source
//
// spec.go describes an encoder by data. build.go takes parameters, layer by
// layer, and packs them as the kernels read them: linear.go, norm.go, table.go.
// forward.go is the pass and reads from top to bottom like the figure of a
// paper, attention.go is its middle; inputprojection.go and rowcache.go save
// most of the first layer's work. batch.go and plan.go lay texts end to end and
// cut them into batches, layout.go cuts a batch into blocks of rows; run.go and
// arena.go share batches among goroutines.
package engine
