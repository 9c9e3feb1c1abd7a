// Package text splits what users wrote into words, numbers and sentences, in
// English and in Chinese, and knows which of the words are stop words.
//
// What a BERT model reads is the cleaned sentence (package clean), as it was
// written: models are trained on such. Words, stop words, lemmas (package
// english) and Chinese words (package chinese) serve keywords and explanations.
// Who wants otherwise can join Splitter.Words, less StopWords, with spaces and
// embed that, as a cohort.Preparer does for a whole segmentation; which words
// serve keywords, and under which forms they count, is the caller's choice too
// (cohort.Options.Splitter and Lemma; --words and --chinese-words of the command).
//
// Negations (not, no, never, don't, 不是, 没有) are stop words: alone they tell no
// segment from another. A text that is scored or embedded keeps them. Who wants
// them among keywords takes them out with Set.Without.
package text
