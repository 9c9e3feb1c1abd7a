// Package engine runs a Transformer encoder for inference. It takes token ids
// and returns hidden states. It deals only with kernels and slices; loading
// parameters and using the hidden states is up to the caller.
//
// # Reading the source
//
// spec.go describes an encoder as data. build.go takes parameters, layer by
// layer, and packs them for the kernels: linear.go, norm.go, table.go.
// forward.go is the pass, in the order of the computation, and attention.go its
// central part; inputprojection.go and rowcache.go save most of the first
// layer's work. batch.go and plan.go lay texts end to end and divide them into
// batches, layout.go divides a batch into blocks of rows; run.go and arena.go
// share batches among goroutines.
//
// BERT's own layers, with norms after the sums, have a path of fused kernels.
// All other kinds are described by a Block (block.go) and run by blocklayer.go,
// blockattention.go, rotary.go and disentangled.go; narrow.go, convolution.go and
// perlayer.go are parts that single architectures add.
//
// # Adding an architecture
//
// An architecture is one file of package bert, arch_NAME.go, and a line in its
// table of architectures.
//
//   - names says what the checkpoint calls each part. Which norms there are, and
//     where, follows from which have names; qkv, gateUp and upGate are for parts
//     that lie in one tensor.
//   - describe reads config.json (common names are read before it), sets which
//     biases are missing, and makes a Block for each layer, usually by blocksLike.
//     A setting that changes results and is not followed is refused with want or
//     absent.
//   - a part that no Block has yet is a field of Block or LayerWeights here, a
//     parameter of the tree in bert/encoder.go and its line in block.go and
//     pack.go there.
//   - a golden directory of transformers' outputs in float64 proves it: next_test.go
//     of package bert runs whatever it finds.
package engine
