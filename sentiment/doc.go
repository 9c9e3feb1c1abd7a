// Package sentiment scores the sentiment of a text, using its embedding.
//
// A [Head] is a linear model over the vectors of one encoder: a ridge
// regression on ratings of sentences, or a logistic regression on labels.
//
// A [Blend] also reads the characters: it combines a small network over the
// vectors with character n-grams scaled by naive Bayes ratios, with weights
// fitted on data that neither part was fitted on.
//
// Vectors hardly represent negation, so [Mixed] combines a head or a blend with
// the words of the text: their valences, inverted by negations, and the emoji.
//
// [English] and [Chinese] are mixtures of this kind. English, for the vectors
// of bert/minilm, holds a ridge regression (Hoerl and Kennard 1970) on the mean
// ratings that twenty people gave to review sentences and, with less weight, on
// the stars of reviews of clothes. Chinese, for the vectors of bert/bgezh,
// holds a blend fitted on labelled shopping reviews. Both come from the program
// in train, which also fits heads for other models and languages.
//
// A value lies in [-1, 1], where -1 is the most negative and 0 is neutral.
// Every value has a standard error measured on data that the head was not
// fitted on, so that the mean of a segment can be given with an interval.
//
// The package takes a mat.Matrix and does not depend on the encoder: a head for
// any model can be fitted with [FitRidge] or [FitLogistic].
package sentiment
