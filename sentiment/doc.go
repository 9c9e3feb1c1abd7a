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
// the words of the text and its emoji: how good or bad each is by itself (its
// valence), inverted by negations.
// With [Classes] it tells three classes apart, negative, neutral and positive, and
// with [Familiar] it knows how far a text is from those that it was fitted on.
//
// [English] and [Chinese] are mixtures of this kind, for the vectors of
// bert/minilm and bert/bgezh, and tell three classes apart. English is fitted on
// reviews of products and films, tweets, editorials, comments, posts of developers
// and subtitles; Chinese, which holds a blend too, on shopping and restaurant
// reviews, microblog posts, remarks on phones, dialogues of series and subtitles.
// heads/README.md has the sources, their licences, and how well both do on kinds of
// text that they have not seen. The program in train makes them, and heads for
// other models and languages.
//
// A value lies in [-1, 1]; with classes it is the probability of a positive text
// minus that of a negative one. Its standard error is that of the judgement of
// one person and grows with the distance from the texts that the head was fitted
// on ([Feeling.Novelty]), so that the mean of a segment can be given with an
// interval.
//
// The package takes a mat.Matrix and does not depend on the encoder: a head for
// any model can be fitted with [FitClasses], [FitRidge] or [FitLogistic].
//
//	m, err := sentiment.English()
//	feelings, err := m.Feelings(ctx, texts, vectors) // vectors are those of bert/minilm
package sentiment
