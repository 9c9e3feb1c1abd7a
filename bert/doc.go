// Package bert runs Transformer encoders of the BERT family in pure Go: texts
// in, vectors, classes, entities or answers out.
//
// [Load] takes a model's directory as transformers or sentence-transformers
// save it, [LoadFS] a file system (such as one embedded in the program); package
// hub finds directories by names on the Hugging Face hub. BERT, DistilBERT,
// RoBERTa, XLM-RoBERTa (XL), CamemBERT, MPNet, ELECTRA, ALBERT, ERNIE,
// Megatron-BERT, RoFormer, DeBERTa, ModernBERT, Nomic BERT, GTE, Jina v3, EuroBERT, the encoder of
// T5, and Qwen 2, Qwen 3 and Gemma 3 as encoders are understood; settings that
// change results are followed, or refused with an error that names them. A plain
// encoder without modules.json is pooled by the mean.
//
//	m, err := bert.Load("path/to/all-MiniLM-L6-v2", bert.Options{})
//	emb, err := m.Embed(ctx, texts) // [len(texts), m.Dim()]
//
// # Speed and memory
//
// Weights are packed once for the kernels; activations of a batch lie end to
// end without padding. A model computes on at most Options.Threads goroutines,
// however many callers there are, each with an arena of its own that is reused:
// the steady state allocates little but the result. Under [Int8] weights take a
// quarter and products about a third of the time.
//
// # Reading the source
//
// config.go and architecture.go say what a model is; arch_*.go describe one
// architecture each, by data; weights.go and tables.go read tensors; encoder.go
// is the tree of spago models that owns the parameters, and differentiable.go
// its forward pass in spago's ag. pack.go takes parameters from the tree to
// bert/internal/engine, which runs the encoder for inference. pooling.go and
// pipeline.go are what sentence-transformers adds; embed.go, encode.go,
// classify.go, tag.go, answer.go and fillmask.go are what a caller sees.
package bert
