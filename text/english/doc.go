// Package english knows the forms of English words: dictionary forms (mice ->
// mouse, running -> run, better -> good) and stems (running, runs -> run;
// generous, generously -> generous).
//
// They serve keywords and explanations, where the forms of a word are counted
// as one:
//
//	keyword.Options{Lemma: english.Lemma}
//
// A BERT model reads the cleaned sentence as it was written. It was trained on
// whole sentences, so lemmas, stems or missing stop words only take from it
// what it knows; pass it such texts only for a reason of your own.
package english
