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
// never changed, nor are texts in other languages. Words capitalised within a
// sentence, and acronyms, may be names: they are left alone if the vocabulary has
// them, and else are changed only in a noisy corpus, to what is frequent in it.
// A Chinese character is replaced by one of the same syllable, or of the same
// looks, if that makes pairs with its neighbours that are frequent in the corpus,
// and at least ten times likelier. What follows a surname stays.
//
// Each change can be traced to its source, and undone.
package repair
