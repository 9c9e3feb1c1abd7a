// Package keyword finds the words and phrases that distinguish segments of
// texts, by c-TF-IDF or by meaning, and selects those that do not repeat one
// another (Choose). A segment is the set of texts with the same label.
//
//	words, err := keyword.Extract(ctx, texts, labels, keyword.Options{}, keyword.Query{})
//	fmt.Println(words[0]) // those of the texts with label 0, best first
//
// c-TF-IDF weighs a term by its frequency in a segment, times the logarithm of how
// rare it is in all of them (Grootendorst 2022, arXiv:2203.05794).
package keyword
