// Package textfile opens files of text: unpacked, told from what is no text,
// decoded to UTF-8, and cut into lines. Where it matters that the same bytes come
// back, they are decoded exactly.
package textfile
