package safetensors

import (
	"bytes"
	"encoding/binary"
	"strings"
)

// sniffLen is the length of a file's beginning that sniff examines.
const sniffLen = 512

const convertHint = "convert it once with the safetensors Python package (safetensors.torch.save_file) or take a revision of the model that has model.safetensors"

// sniff recognises other kinds of files commonly found under a weights file's
// name. head is the file's beginning, at most sniffLen bytes. It returns nil if
// the file may be safetensors, or is of an unknown kind.
func sniff(file string, head []byte) *Error {
	if len(head) == 0 {
		return &Error{File: file, Err: ErrEmpty, Detail: "the file is empty: the download or copy did not happen, get it again"}
	}
	if len(head) > 8 && head[8] == '{' && binary.LittleEndian.Uint64(head) <= maxHeader {
		return nil
	}
	text := strings.ToLower(string(bytes.TrimLeft(bytes.TrimPrefix(head, []byte("\ufeff")), " \t\r\n")))
	switch {
	case strings.HasPrefix(text, "version https://git-lfs"), strings.HasPrefix(text, "version https://hawser"):
		return &Error{File: file, Err: ErrLFSPointer, Detail: "it is a Git LFS pointer, not the weights: run `git lfs pull` in the model's clone"}
	case strings.HasPrefix(text, "<!doctype html"), strings.HasPrefix(text, "<html"), strings.HasPrefix(text, "<head"),
		strings.HasPrefix(text, "<!--"), strings.HasPrefix(text, "<?xml"):
		return &Error{File: file, Err: ErrHTML, Detail: "it is a web page, not the weights: the download met a login, error or proxy page; download the file's raw (\"resolve\") address again"}
	case bytes.HasPrefix(head, []byte("PK\x03\x04")), bytes.HasPrefix(head, []byte("PK\x05\x06")):
		return &Error{File: file, Err: ErrZip, Detail: "it is a zip archive, such as torch.save writes; its pickle can run code and is not loaded: " + convertHint}
	case isPickle(head):
		return &Error{File: file, Err: ErrPickle, Detail: "it is a Python pickle, which can run code and is not loaded: " + convertHint}
	}
	for _, m := range []struct{ magic, what string }{
		{"\x1f\x8b", "it is gzip-compressed: decompress it first"},
		{"GGUF", "it is a GGUF file: take the safetensors weights of the same model"},
		{"\x89HDF\r\n\x1a\n", "it is an HDF5 file (TensorFlow or Keras weights): take the safetensors weights of the same model"},
		{"\x93NUMPY", "it is a NumPy array: save it with safetensors.numpy.save_file"},
	} {
		if strings.HasPrefix(string(head), m.magic) {
			return &Error{File: file, Err: ErrNotSafetensors, Detail: m.what}
		}
	}
	if text[:min(1, len(text))] == "{" {
		return &Error{File: file, Err: ErrNotSafetensors, Detail: "it is JSON text: name the weights file itself"}
	}
	return nil
}

// isPickle reports whether head is a pickle of protocol 2 to 5, which begins
// with the PROTO opcode and its version, followed by an opcode with which such
// streams start.
func isPickle(head []byte) bool {
	return len(head) >= 3 && head[0] == 0x80 && head[1] >= 2 && head[1] <= 5 &&
		strings.IndexByte("\x8a\x95}](cXJKM\x8c", head[2]) >= 0
}
