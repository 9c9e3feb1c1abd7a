// Package source reads texts and the columns beside them from files of common
// kinds.
//
// Kinds: .txt (one text a line), .jsonl or .ndjson (one object a line), .csv,
// .tsv, each of them also with .gz behind it. UTF-8 is expected; a byte order
// mark is dropped; UTF-16 and GB18030 (with GBK and GB2312) are told by the
// first 64 KB and converted.
package source
