// Package charset detects the encoding of a text.
//
// UTF-8, UTF-16 and UTF-32 are recognised by their marks, zeros or form. Among
// the other encodings, every possible one is tried: the decoded text is
// measured, in bits, by the character frequencies of the languages written in
// that encoding, and the encoding in which the bytes are least surprising is
// chosen. Since every encoding explains the same bytes, one two-byte character
// is compared with two one-byte characters. The model is a mixture of unigram
// models with a cost for changes of script or case within a word; the order of
// letters is that of common frequency tables.
package charset
