// Package sentiment scores how a text feels, from its sentence embedding.
//
// A [Head] is a linear model over the vectors of one encoder: a regression on
// what people said of sentences, or a logistic regression on labels. [English],
// for the vectors of bert/minilm, is a ridge regression (Hoerl and Kennard 1970)
// on the mean ratings that twenty people gave to review sentences and, with less
// weight, on the stars of reviews of clothes.
//
// A [Blend] reads the words too: a small network over the vectors beside
// character n-grams scaled by naive Bayes ratios, weighed on data that neither
// was fitted on. [Chinese], for the vectors of bert/bgezh, was fitted on labelled
// shopping reviews. Both come from the program in train, which fits heads for
// other models and languages as well.
//
// Vectors hardly know a negation, so [Mixed] weighs what a head reads in them
// against the words of the text: their valences, turned where a negation reaches
// them, and the emoji. English and Chinese are such mixtures.
//
// A value lies in [-1, 1]: -1 is as negative as can be, 0 neutral. Every value
// carries a standard error measured on data that the head was not fitted on,
// so that the mean of a segment can be given with an interval.
//
// The package works on mat.Matrix and imports nothing of the encoder: any model
// can have its head, fitted by [FitRidge] or [FitLogistic].
package sentiment
