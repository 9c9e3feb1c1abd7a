// Package sentiment scores how a text feels, from its sentence embedding.
//
// A [Head] is a linear model over the vectors of one encoder: a regression on
// what people said of sentences, or a logistic regression on labels. One comes
// with the package, trained by its own program (see train): [English], for the
// vectors of bert/minilm, is a ridge regression (Hoerl and Kennard 1970) on the
// mean ratings that twenty people gave to review sentences. Heads for other
// models and languages are fitted by the same program.
//
// A value lies in [-1, 1]: -1 is as negative as can be, 0 neutral. Every value
// carries a standard error measured on data that the head was not fitted on,
// so that the mean of a segment can be given with an interval.
//
// The package works on mat.Matrix and imports nothing of the encoder: any model
// can have its head, fitted by [FitRidge] or [FitLogistic].
package sentiment
