// Package repair puts misspelt English words right, puts missing spaces back, and
// puts Chinese characters right that were taken for others that sound or look
// alike, so that a model reads the words that were meant.
//
//	words := repair.NewCounter()
//	for _, t := range texts {
//		words.Add(t)
//	}
//	r, err := words.Repairer(repair.Options{})
//	got := r.Repair("The batery died") // got.Text is "The battery died" if they often say battery
//
// A [Counter] learns the words of a corpus. A [Repairer] compares each word
// with those it knows: the frequent words of the corpus, and the words of a
// vocabulary. Words within one or two edits (insertions, deletions,
// substitutions and transpositions: Damerau 1964) are found by symmetric
// deletion (Garbe 2012), and weighed as a noisy channel does (Kernighan, Church
// and Gale 1990): the frequency of the word times the probability of the error,
// against the probability that the word was meant as it is. Missing spaces are
// found by dynamic programming over the frequencies of words.
//
// Numbers, codes, links, handles, and words with letters other than a to z are
// never changed, nor are texts in other languages. Words capitalised within a sentence
// and acronyms may be names: they are changed only in a noisy corpus, only if the
// vocabulary does not have them, and only to names that are frequent in the corpus, or
// to other words as far as these are capitalised there, as in titles. Words capitalised
// where a sentence begins, or where all are, are changed if that is far likelier, to
// what the corpus has. How many errors there are, and how many spaces are missing, is
// estimated first: next to nothing is changed in clean texts. What looks like a word by
// its letters is likelier to be meant than what does not.
// A Chinese character is replaced by one of the same syllable, or of the same
// looks, if that makes pairs with its neighbours that are frequent in the corpus,
// and at least ten times likelier. What follows a surname stays.
//
// Each change can be traced to its source, and undone.
package repair
