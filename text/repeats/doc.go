// Package repeats finds repetition among texts: near-duplicates, by MinHash and
// locality-sensitive hashing, and boilerplate, sentences that many texts share
// (signatures, order templates, "Sent from my phone"). A Filter handles both,
// and leaves out empty and too short texts.
//
// Texts should be cleaned first (package clean). Everything here processes one
// text at a time, in time linear in its length, and gives the same result for
// the same texts in the same order.
package repeats
