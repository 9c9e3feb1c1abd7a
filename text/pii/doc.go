// Package pii finds personal data in English and Chinese texts and masks,
// drops, hashes or replaces it with keyed pseudonyms. Recognisers validate
// (check digits, issued ranges, numbering plans, the words before a number)
// rather than match patterns alone, in one pass over the text. Bring text into
// a normal form first (package clean): full-width digits are not read here.
//
// testdata/make holds the sentences of the labelled test set and the script
// that fills them with made-up values.
package pii
