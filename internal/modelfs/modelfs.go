// Package modelfs provides the files of a model embedded in the program as an
// fs.FS whose weights can be read in place.
//
// An embed.FS copies a file each time it is read. Weights of tens of megabytes
// are therefore embedded as a string, whose bytes the safetensors reader uses
// directly (they are in the program's read-only data and are paged in from the
// executable when accessed).
package modelfs

import (
	"bytes"
	"io"
	"io/fs"
	"time"
	"unsafe"
)

// Weights is the name of the weights file in a model directory.
const Weights = "model.safetensors"

// FS is a model directory: the small files in Files, and the weights.
type FS struct {
	files   fs.FS
	weights []byte
}

// New returns the directory root of files, with the weights added as
// model.safetensors. The weights must not be written to.
func New(files fs.FS, root, weights string) (FS, error) {
	sub, err := fs.Sub(files, root)
	if err != nil {
		return FS{}, err
	}
	return FS{sub, unsafe.Slice(unsafe.StringData(weights), len(weights))}, nil
}

// FileBytes returns the bytes of the weights without a copy; they must not be
// modified.
func (f FS) FileBytes(name string) (data []byte, ok bool) {
	if name != Weights {
		return nil, false
	}
	return f.weights, true
}

// Open implements fs.FS.
func (f FS) Open(name string) (fs.File, error) {
	if name != Weights {
		return f.files.Open(name)
	}
	return &file{Reader: bytes.NewReader(f.weights), size: int64(len(f.weights))}, nil
}

// file is the opened weights file.
type file struct {
	*bytes.Reader
	size int64
}

var (
	_ fs.File     = (*file)(nil)
	_ io.ReaderAt = (*file)(nil)
	_ fs.FileInfo = (*file)(nil)
)

func (f *file) Stat() (fs.FileInfo, error) { return f, nil }
func (f *file) Close() error               { return nil }
func (f *file) Name() string               { return Weights }
func (f *file) Size() int64                { return f.size }
func (f *file) Mode() fs.FileMode          { return 0o444 }
func (f *file) ModTime() time.Time         { return time.Time{} }
func (f *file) IsDir() bool                { return false }
func (f *file) Sys() any                   { return nil }
