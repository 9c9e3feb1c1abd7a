// Package repeats finds what texts repeat of one another: near-duplicates, by
// MinHash and locality-sensitive hashing, and boilerplate, sentences that many
// texts share (signatures, order templates, "Sent from my phone"). A Filter does
// both, and leaves out empty and too short texts.
//
// Texts are best cleaned first (package clean). Everything here takes one text
// at a time, in time linear in its length, and gives the same result for the
// same texts in the same order.
package repeats
