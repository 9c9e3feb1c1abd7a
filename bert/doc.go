// Package bert runs Transformer encoders of the BERT family in pure Go. It
// takes texts and returns vectors, classes, entities or answers.
//
// [Load] loads a model directory as saved by transformers or
// sentence-transformers, and [LoadFS] loads one from a file system (such as one
// embedded in the program). Package hub finds directories by their names on the
// Hugging Face hub. BERT, DistilBERT, RoBERTa, XLM-RoBERTa (XL), CamemBERT,
// MPNet, ELECTRA, ALBERT, ERNIE, Megatron-BERT, RoFormer, DeBERTa, ModernBERT,
// Nomic BERT, GTE, Jina v3, EuroBERT, the encoder of T5, and Qwen 2, Qwen 3 and
// Gemma 3 as encoders are supported. Settings that change results are either
// followed or refused with an error that names them. A plain encoder without
// modules.json uses mean pooling.
//
//	m, err := bert.Load("path/to/all-MiniLM-L6-v2", bert.Options{})
//	emb, err := m.Embed(ctx, texts) // [len(texts), m.Dim()]
//
// Besides vectors of texts there are sparse ones ([Model.EmbedSparse], SPLADE),
// multi-vectors, which are one vector per token ([Model.EmbedMulti], ColBERT), and
// static models, which have a table of tokens' vectors in place of an encoder.
//
// # Speed and memory
//
// Weights are packed once for the kernels, and the activations of a batch are
// stored end to end without padding. A model computes on at most
// Options.Threads goroutines, however many callers there are. Each has its own
// arena, which is reused, so that the steady state allocates little but the
// result. With [Int8], weights take a quarter of the memory and products about
// a third of the time.
package bert

// Reading the source:
//
// config.go and architecture.go say what a model is; each arch_*.go describes
// one architecture as data; weights.go and tables.go read tensors; encoder.go
// is the tree of spago models that owns the parameters, and differentiable.go
// is its forward pass in spago's ag; pathgradients.go has the gradients that
// package attribution integrates. pack.go copies parameters from the tree to
// bert/internal/engine, which runs the encoder for inference. pooling.go,
// pipeline.go, static.go, sparse.go and multi.go implement what
// sentence-transformers adds; embed.go, encode.go, classify.go, tag.go,
// answer.go and fillmask.go are the API for callers.
