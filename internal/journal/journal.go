package journal

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"time"
)

// DefaultSyncEvery is the default time between syncs.
const DefaultSyncEvery = 2 * time.Second

// A Journal is an open journal: first its blocks are read with Next, then blocks
// are appended. It must be used by one goroutine at a time, and its file by one
// process.
type Journal struct {
	// SyncEvery is the time after which Append syncs the file.
	SyncEvery time.Duration

	path    string
	f       file
	size    int64 // of the file
	off     int64 // end of the last whole block that was read or appended
	buf     []byte
	ended   bool // Next has returned io.EOF
	synced  time.Time
	dropped int64
}

// file is an *os.File, or a faulty one in tests.
type file interface {
	io.ReaderAt
	io.WriterAt
	io.Closer
	Truncate(size int64) error
	Sync() error
}

// Open opens the journal at path, or creates it if there is none. The settings of
// a journal that exists must be the same, otherwise the error is a
// *MismatchError. A file that is not a journal is an ErrFormat and is left as it
// is.
func Open(path string, settings []Setting) (*Journal, error) {
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, err
	}
	info, err := f.Stat()
	if err == nil && !info.Mode().IsRegular() {
		err = fmt.Errorf("%s: %w: no regular file", path, ErrFormat)
	}
	if err != nil {
		f.Close()
		return nil, err
	}
	j, err := open(f, path, info.Size(), settings)
	if err == nil && j.off == j.size { // perhaps just created
		err = syncDir(filepath.Dir(path))
	}
	if err != nil {
		f.Close()
		return nil, err
	}
	return j, nil
}

// open reads the head of f, or writes it if f has none.
func open(f file, path string, size int64, settings []Setting) (*Journal, error) {
	j := &Journal{SyncEvery: DefaultSyncEvery, path: path, f: f, size: size, synced: time.Now()}
	begin := make([]byte, min(size, int64(len(magic))))
	if err := readAt(f, begin, 0); err != nil {
		return nil, fmt.Errorf("reading journal %s: %w", path, err)
	}
	if string(begin) != magic[:len(begin)] {
		return nil, fmt.Errorf("%s: %w", path, ErrFormat)
	}
	head, next, err := readFrame(f, int64(len(magic)), max(size, int64(len(magic))), nil)
	switch {
	case err == nil:
		var then []Setting
		if err := json.Unmarshal(head, &then); err != nil {
			return nil, fmt.Errorf("%s: %w: its head is not JSON", path, ErrFormat)
		}
		if d := compare(then, settings); len(d) > 0 {
			return nil, &MismatchError{path, d}
		}
		j.off = next
		return j, nil
	case errors.Is(err, io.EOF), errors.Is(err, errCut): // killed before the head was complete
		j.dropped = size
		return j, j.begin(settings)
	}
	return nil, fmt.Errorf("reading journal %s: %w", path, err)
}

// begin writes the head of an empty journal.
func (j *Journal) begin(settings []Setting) error {
	head, err := json.Marshal(settings)
	if err != nil {
		return err
	}
	j.ended = true
	if err := j.f.Truncate(0); err != nil {
		return j.wrap(err)
	}
	if err := j.write(appendFrame([]byte(magic), head)); err != nil {
		return err
	}
	return j.Sync()
}

// Next returns the next block, valid until the following call, and io.EOF after
// the last. A block that is incomplete or damaged is dropped with all that
// follow.
func (j *Journal) Next() ([]byte, error) {
	if j.ended {
		return nil, io.EOF
	}
	data, next, err := readFrame(j.f, j.off, j.size, j.buf)
	switch {
	case err == nil:
		j.buf, j.off = data, next
		return data, nil
	case errors.Is(err, errCut):
		j.dropped = j.size - j.off
		if err := j.f.Truncate(j.off); err != nil {
			return nil, j.wrap(err)
		}
		j.size = j.off
		fallthrough
	case errors.Is(err, io.EOF):
		j.ended = true
		return nil, io.EOF
	}
	return nil, fmt.Errorf("reading journal %s: %w", j.path, err)
}

// Dropped returns the number of bytes of blocks that were incomplete or damaged,
// once Next has returned io.EOF.
func (j *Journal) Dropped() int64 { return j.dropped }

// Path returns the name of the file.
func (j *Journal) Path() string { return j.path }

// Append appends a block. All blocks must have been read. If it fails, for
// example because the disk is full, the journal ends after the block before.
func (j *Journal) Append(block []byte) error {
	if !j.ended {
		return errors.New("journal: a block is appended before all were read")
	}
	if len(block) > maxFrame {
		return fmt.Errorf("journal %s: a block has %d bytes, want at most %d", j.path, len(block), maxFrame)
	}
	j.buf = appendFrame(j.buf[:0], block)
	if err := j.write(j.buf); err != nil {
		return err
	}
	if time.Since(j.synced) >= j.SyncEvery {
		return j.Sync()
	}
	return nil
}

// write writes p after the last block. If it fails, what was written of p is
// removed.
func (j *Journal) write(p []byte) error {
	n, err := j.f.WriteAt(p, j.off)
	if err != nil {
		_ = j.f.Truncate(j.off) // otherwise the next reader drops it
		return j.wrap(err)
	}
	j.off += int64(n)
	j.size = j.off
	return nil
}

// Sync makes all blocks safe from a loss of power.
func (j *Journal) Sync() error {
	if err := j.f.Sync(); err != nil {
		return j.wrap(err)
	}
	j.synced = time.Now()
	return nil
}

// Close syncs and closes the file, which remains.
func (j *Journal) Close() error {
	err := j.Sync()
	if closed := j.f.Close(); err == nil && closed != nil {
		err = j.wrap(closed)
	}
	return err
}

// Remove closes and removes the file, after the run's results are in the
// directory: a loss of power cannot take both.
func (j *Journal) Remove() error {
	if err := j.f.Close(); err != nil {
		return j.wrap(err)
	}
	if err := syncDir(filepath.Dir(j.path)); err != nil {
		return err
	}
	return os.Remove(j.path)
}

func (j *Journal) wrap(err error) error {
	return fmt.Errorf("cannot write journal %s: %w", j.path, err)
}
