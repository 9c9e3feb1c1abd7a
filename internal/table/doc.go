// Package table reads texts and the columns beside them from files of common
// kinds, copies such files with some values changed, and writes files so that a
// half-written one is never seen.
//
// Kinds: .txt (one text a line), .jsonl or .ndjson (one object a line), .csv,
// .tsv, each of them also with .gz behind it. UTF-8 is expected; a byte order
// mark is dropped, and UTF-16 with one is converted.
package table
