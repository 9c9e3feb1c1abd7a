// Package text splits English and Chinese texts into words, numbers and
// sentences, and has lists of stop words.
//
// A BERT model reads the cleaned sentence (package clean) as it was written,
// since models are trained on such sentences. Words, stop words, lemmas
// (package english) and Chinese words (package chinese) are for keywords and
// explanations. To embed words instead, join Splitter.Words without StopWords
// by spaces; a cohort.Preparer can do this for a whole segmentation. Which
// words are used for keywords, and under which forms they are counted, can be
// configured with cohort.Options.Splitter and Lemma, or with the command's
// --words and --chinese-words.
//
// Negations (not, no, never, don't, 不是, 没有) are stop words, because on their
// own they do not distinguish segments. They stay in texts that are scored or
// embedded. Use Set.Without to allow them as keywords.
package text
