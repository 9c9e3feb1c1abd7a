// Package train tunes a sentence encoder to one's own texts.
//
// [Run] takes a model, examples of one type, and a loss for that type:
//
//	Pair      two texts that mean the same      MultipleNegatives, Distill
//	Triplet   a text, one like it, one unlike   TripletMargin
//	Scored    two texts and their similarity    CosineRegression, CoSENT
//	Labelled  a text and its class              Classes, Contrast
//	string    a text, nothing known about it    Twice, Denoise, Reconstruct, Robust
//
//	r, err := train.Run(ctx, m, pairs, &train.MultipleNegatives{}, train.Options{})
//	vectors, err := r.Model.Embed(ctx, texts)
//
// It optimises by AdamW (Loshchilov and Hutter 2019, arXiv:1711.05101) with
// warm-up, decay, clipping and accumulation, either all parameters or adapters of
// low rank (LoRA). A run with the same seed, examples and options gives the same
// bits, for any number of threads, and whether or not it was interrupted and
// resumed from a checkpoint.
//
// The tuned model is a [bert.Model] like any other. The losses follow those of
// sentence-transformers.
package train
