// Package marks finds what stands in a text without being said in it: what
// package pii writes for personal data ([email]), links, mentions (@name) and the
// run of hashtags at a text's end. A reader passes over them; a model that reads
// them finds segments of those who write to somebody, or under the same tags, in
// place of what they say.
package marks
