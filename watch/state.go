package watch

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"time"

	"github.com/gofrs/flock"

	"github.com/seed-56ee9438/cohort/internal/journal"
)

// progress is a block of the journal: where the watch stands.
type progress struct {
	Rows    int             `json:"rows"`            // that were written
	Start   json.RawMessage `json:"start,omitempty"` // before the open window's first row
	Open    int             `json:"open"`            // rows of the open window that were written
	Begun   *time.Time      `json:"begun,omitempty"` // when it began, by the clock
	Windows int             `json:"windows"`         // that ended
	Lines   int64           `json:"lines"`           // bytes of Options.Path
	Alerts  int64           `json:"alerts"`          // bytes of Options.Alerts
	// Reference is what a window of the warm-up added.
	Reference *tally            `json:"reference,omitempty"`
	Ongoing   map[string]string `json:"ongoing,omitempty"` // ids of alerts by their change
	Pending   []Alert           `json:"pending,omitempty"` // still to be posted
	Segmenter string            `json:"segmenter,omitempty"`
}

// mostJournal is the number of bytes after which the journal is begun anew.
const mostJournal = 4 << 20

// state is the open journal; nil: none is kept.
type state struct {
	path     string
	settings []journal.Setting
	j        *journal.Journal
	lock     *flock.Flock
	size     int64
}

// lock refuses a second process. The lock's file stays, so that nobody locks one
// that is about to be removed; it is free when the process has ended.
func lock(path string) (*flock.Flock, error) {
	l := flock.New(filepath.Join(filepath.Dir(path), "."+filepath.Base(path)+".lock"), flock.SetPermissions(0o600))
	ok, err := l.TryLock()
	if err != nil {
		return nil, fmt.Errorf("cannot lock %s: %w", path, err)
	}
	if !ok {
		return nil, fmt.Errorf("%w: %s is in use", ErrInUse, path)
	}
	return l, nil
}

// openState opens the journal, and returns where an earlier watch stood, nil if
// there was none, and the reference that it had gathered.
func openState(path string, settings []journal.Setting) (*state, *progress, *tally, error) {
	if path == "" {
		return nil, nil, newTally(), nil
	}
	l, err := lock(path)
	if err != nil {
		return nil, nil, nil, err
	}
	s := &state{path: path, settings: settings, lock: l}
	last, reference, err := s.read()
	if err != nil {
		s.close()
		if errors.Is(err, journal.ErrMismatch) {
			err = fmt.Errorf("%w; remove it to begin anew", err)
		}
		return nil, nil, nil, err
	}
	return s, last, reference, nil
}

func (s *state) read() (*progress, *tally, error) {
	j, err := journal.Open(s.path, s.settings)
	if err != nil {
		return nil, nil, err
	}
	s.j = j
	var last *progress
	reference := newTally()
	for {
		b, err := j.Next()
		if errors.Is(err, io.EOF) {
			return last, reference, nil
		}
		if err != nil {
			return nil, nil, err
		}
		s.size += int64(len(b))
		p := &progress{}
		if err := json.Unmarshal(b, p); err != nil {
			return nil, nil, fmt.Errorf("%s: %w: a block is not of a watch", s.path, journal.ErrFormat)
		}
		if p.Reference != nil {
			reference.add(p.Reference)
			p.Reference = nil
		}
		last = p
	}
}

// append adds a block; what it describes must be on the disk.
func (s *state) append(p *progress) error {
	if s == nil {
		return nil
	}
	b, err := json.Marshal(p)
	if err != nil {
		return err
	}
	s.size += int64(len(b))
	if err := s.j.Append(b); err != nil {
		return err
	}
	return s.j.Sync()
}

// renew begins the journal anew if it has grown, with the reference and the last
// block.
func (s *state) renew(reference *tally, last *progress) error {
	if s == nil || s.size < mostJournal+200*int64(reference.Users) {
		return nil
	}
	next := s.path + ".new"
	if err := os.Remove(next); err != nil && !errors.Is(err, os.ErrNotExist) {
		return err
	}
	j, err := journal.Open(next, s.settings)
	if err != nil {
		return err
	}
	old := s.j
	s.j, s.size = j, 0
	all := *last
	if reference.Count > 0 {
		all.Reference = reference
	}
	if err = s.append(&all); err == nil {
		err = old.Close()
	}
	if err == nil {
		err = os.Rename(next, s.path)
	}
	return err
}

func (s *state) close() {
	if s == nil {
		return
	}
	if s.j != nil {
		_ = s.j.Close() // every block was synced
	}
	_ = s.lock.Close()
}

// output is a file of lines, or a writer.
type output struct {
	f *os.File // nil: w alone
	w io.Writer
	n int64
}

// openOutput opens a file whose first bytes are to stay; -1: all of them.
func openOutput(path string, w io.Writer, keep int64) (*output, error) {
	if path == "" {
		return &output{w: w}, nil
	}
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o644)
	if err != nil {
		return nil, err
	}
	info, err := f.Stat()
	switch {
	case err != nil:
	case keep < 0:
		keep = info.Size()
	case info.Size() < keep:
		err = fmt.Errorf("%w: %s has %d bytes, %d were written: it is another file, or was cut", ErrState, path, info.Size(), keep)
	default:
		err = f.Truncate(keep)
	}
	if err != nil {
		f.Close()
		return nil, err
	}
	return &output{f: f, n: keep}, nil
}

// write appends lines.
func (o *output) write(lines []byte) error {
	if o.f == nil {
		_, err := o.w.Write(lines)
		return err
	}
	n, err := o.f.WriteAt(lines, o.n)
	if err != nil {
		_ = o.f.Truncate(o.n) // else the next watch does
		return err
	}
	o.n += int64(n)
	return nil
}

func (o *output) sync() error {
	if o == nil || o.f == nil {
		return nil
	}
	return o.f.Sync()
}

func (o *output) close() error {
	if o == nil || o.f == nil {
		return nil
	}
	return o.f.Close()
}
