package safetensors

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"slices"
	"sort"
)

// File is a set of named tensors: one safetensors file, or the shards named by
// an index. It is immutable and safe for concurrent use until Close.
type File struct {
	name     string
	tensors  []Tensor // ordered by name
	metadata map[string]string
	closers  []func() error
}

// Open maps the file at path into memory (or reads it if the system has no
// mappings) and checks it. Close the File when its tensors are no longer in
// use; see the package's section on lifetime.
func Open(path string) (*File, error) {
	// Stat first: opening a named pipe would block until it has a writer.
	info, err := os.Stat(path)
	if err != nil {
		return nil, err
	}
	if err := checkRegular(path, info); err != nil {
		return nil, err
	}
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return openFile(path, f)
}

// BytesFS is an fs.FS whose file contents are already in memory, such as
// variables filled by go:embed, and are accessible without a copy. The contents
// must not be modified.
type BytesFS interface {
	fs.FS
	// FileBytes returns the contents of the named file; ok is false if there
	// is no such file or its contents are not in memory.
	FileBytes(name string) (data []byte, ok bool)
}

// OpenFS opens a file of fsys. Its contents are used without a copy if fsys is
// a [BytesFS], mapped if it is a file of the operating system (os.DirFS,
// os.Root), and read into memory otherwise.
func OpenFS(fsys fs.FS, name string) (*File, error) {
	if b, ok := fsys.(BytesFS); ok {
		if data, ok := b.FileBytes(name); ok {
			return Parse(name, data)
		}
	}
	if info, err := fs.Stat(fsys, name); err != nil {
		return nil, err
	} else if err := checkRegular(name, info); err != nil {
		return nil, err
	}
	f, err := fsys.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	if osFile, ok := f.(*os.File); ok {
		return openFile(name, osFile)
	}
	info, err := f.Stat()
	if err != nil {
		return nil, err
	}
	if err := checkRegular(name, info); err != nil {
		return nil, err
	}
	return read(name, f, info.Size())
}

func checkRegular(name string, info fs.FileInfo) error {
	if info.Mode().IsRegular() {
		return nil
	}
	what := "is not a regular file"
	if info.IsDir() {
		what = "is a directory"
	}
	return &Error{File: name, Err: ErrNotSafetensors, Detail: what}
}

func openFile(name string, f *os.File) (*File, error) {
	info, err := f.Stat()
	if err != nil {
		return nil, err
	}
	if err := checkRegular(name, info); err != nil {
		return nil, err
	}
	size := info.Size()
	if !canMap || size == 0 {
		return read(name, f, size)
	}
	data, unmap, err := mmap(f, size)
	if errors.Is(err, errors.ErrUnsupported) {
		return read(name, f, size)
	}
	if err != nil {
		return nil, fmt.Errorf("%s: mapping the file: %w", name, err)
	}
	file, err := Parse(name, data)
	if err != nil {
		_ = unmap() // the error about the contents matters more
		return nil, err
	}
	file.closers = append(file.closers, unmap)
	for i := range file.tensors {
		file.tensors[i].mapped = true
	}
	return file, nil
}

// read reads a file of the given size, and allocates memory for the tensors
// only after the header has been checked.
func read(name string, r io.Reader, size int64) (*File, error) {
	head := make([]byte, min(size, sniffLen))
	if n, err := io.ReadFull(r, head); err != nil {
		return nil, shortRead(name, int64(n), size, err)
	}
	n, err := headerLength(name, head, size)
	if err != nil {
		return nil, err
	}
	rest := io.MultiReader(bytes.NewReader(head[8:]), r)
	h, err := readHeader(name, n, size, nil, rest)
	if err != nil {
		return nil, err
	}
	data := make([]byte, h.dataLen)
	if n, err := io.ReadFull(rest, data); err != nil {
		return nil, shortRead(name, h.start+int64(n), size, err)
	}
	return newFile(name, h, data), nil
}

func shortRead(name string, got, want int64, err error) error {
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		return &Error{File: name, Err: ErrTruncated, Detail: fmt.Sprintf("read %d bytes of %d", got, want)}
	}
	return fmt.Errorf("%s: reading: %w", name, err)
}

// Parse checks a whole file in memory. The tensors point into data, which must
// not change while they are used; name is for messages only.
func Parse(name string, data []byte) (*File, error) {
	n, err := headerLength(name, data[:min(len(data), sniffLen)], int64(len(data)))
	if err != nil {
		return nil, err
	}
	h, err := readHeader(name, n, int64(len(data)), data[8:8+n:8+n], nil)
	if err != nil {
		return nil, err
	}
	return newFile(name, h, data[h.start:]), nil
}

func newFile(name string, h *header, data []byte) *File {
	f := &File{name: name, metadata: h.metadata, tensors: make([]Tensor, len(h.entries))}
	for i, e := range h.entries {
		f.tensors[i] = Tensor{Name: e.name, DType: e.dtype, Shape: e.shape, data: data[e.begin:e.end:e.end], file: f}
	}
	return f
}

// Name returns the path or name that the file was opened by.
func (f *File) Name() string { return f.name }

// Names returns the names of all tensors in ascending order. A name is any
// string, such as "../../x": never use one as a path.
func (f *File) Names() []string {
	names := make([]string, len(f.tensors))
	for i, t := range f.tensors {
		names[i] = t.Name
	}
	return names
}

// Len returns the number of tensors.
func (f *File) Len() int { return len(f.tensors) }

// Lookup returns the tensor of that name.
func (f *File) Lookup(name string) (Tensor, bool) {
	i := sort.Search(len(f.tensors), func(i int) bool { return f.tensors[i].Name >= name })
	if i < len(f.tensors) && f.tensors[i].Name == name {
		return f.tensors[i], true
	}
	return Tensor{}, false
}

// Tensors returns all tensors, in the order of Names.
func (f *File) Tensors() []Tensor { return slices.Clone(f.tensors) }

// Metadata returns the text in the file's "__metadata__", or nil if there is
// none. It must not be changed.
func (f *File) Metadata() map[string]string { return f.metadata }

// Close unmaps the file. Bytes and zero-copy slices of its tensors must not be
// used afterwards. Closing twice, or closing a file that is not mapped, does
// nothing.
func (f *File) Close() error {
	var errs []error
	for _, c := range f.closers {
		errs = append(errs, c())
	}
	f.closers = nil
	return errors.Join(errs...)
}
