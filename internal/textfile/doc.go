// Package textfile opens text files: it decompresses them, refuses binary data,
// decodes them to UTF-8 and splits them into lines. On request, decoding is
// exact, so that the same bytes can be written again.
package textfile
