package watch

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/seed-56ee9438/cohort/internal/parallel"
	"github.com/seed-56ee9438/cohort/source"
)

// Tail is a Feed of a file that others append to: CSV or TSV, JSON Lines, or a
// text a line. A row counts when its last line is complete. When the file is
// replaced by a new one, the old one is read to its end first; a file that was
// truncated is read from its beginning, after the rest of a copy of it beside
// it, if there is one. Files are polled, so that those of other machines can be
// followed.
type Tail struct {
	unsavedState

	path   string
	opt    source.Options
	format source.Format
	note   func(string)

	f     *os.File
	queue []string // files before path that are still to be read, the oldest first
	base  int64    // offset behind what was parsed
	line  int      // number of lines before base
	buf   []byte   // from base on
	past  []byte   // bytes before base, which tell whether the file is the same
	first []byte   // of the file
	id    string   // its number
	// firstSum is the digest of first.
	firstSum string
	quiet    time.Time

	head  heading
	row   int // records before base, in all files
	ready []Row
	lost  int // rows that were rejected
}

// heading is what is known of the columns from the beginning of a file.
type heading struct {
	Header    []byte `json:"header,omitempty"` // the record with the columns' names
	Encoding  string `json:"encoding,omitempty"`
	Delimiter string `json:"delimiter,omitempty"`
	known     bool
}

const (
	tailBlock   = 1 << 20 // bytes that are read at once
	tailRecords = 1024    // records that are parsed at once
	tailPast    = 1024    // bytes that identify a position
	tailLongest = 16 << 20
	// tailGrace is how long a file that was replaced must not have grown before
	// its end is taken for it.
	tailGrace = 2 * time.Second
)

// NewTail returns a Feed of the file at path, which need not exist yet. note is
// called when something may be lost; it may be nil. Formats other than CSV, TSV,
// JSON Lines and text, compressed files and UTF-16 are an ErrOptions.
func NewTail(path string, o source.Options, note func(string)) (*Tail, error) {
	if err := o.Check(); err != nil {
		return nil, err
	}
	f, packed := o.Format, ""
	if f == "" {
		var err error
		if f, packed, err = source.FormatOf(path); err != nil {
			return nil, err
		}
	}
	switch {
	case packed != "":
		return nil, fmt.Errorf("%w: %s is compressed, and cannot be followed as it grows", ErrOptions, path)
	case f != source.CSV && f != source.TSV && f != source.JSONL && f != source.Text:
		return nil, fmt.Errorf("%w: %s: a %s file cannot be followed as it grows, want csv, tsv, jsonl or txt", ErrOptions, path, f)
	}
	if err := o.CheckFor(f, path); err != nil {
		return nil, err
	}
	if info, err := os.Stat(path); err == nil && !info.Mode().IsRegular() {
		return nil, fmt.Errorf("%w: %s is not a regular file", ErrOptions, path)
	}
	if note == nil {
		note = func(string) {}
	}
	o.Format = f
	return &Tail{path: path, opt: o, format: f, note: note, head: heading{Encoding: o.Encoding, Delimiter: o.Delimiter}}, nil
}

// Name implements Feed.
func (t *Tail) Name() string {
	if p, err := filepath.Abs(t.path); err == nil {
		return p
	}
	return t.path
}

// Rejected implements Feed.
func (t *Tail) Rejected() int {
	n := t.lost
	t.lost = 0
	return n
}

// Close implements Feed.
func (t *Tail) Close() error {
	if t == nil || t.f == nil {
		return nil
	}
	f := t.f
	t.f = nil
	return f.Close()
}

// table reports whether the file has a header.
func (t *Tail) table() bool { return t.format == source.CSV || t.format == source.TSV }

// tailPosition is a position of a Tail.
type tailPosition struct {
	Row    int    `json:"row"`
	Offset int64  `json:"offset"`
	Line   int    `json:"line"`
	Sum    string `json:"sum"`  // of the bytes before Offset
	Size   int    `json:"size"` // number of these
	Head   string `json:"head"` // the same of the first bytes of the file
	Bytes  int    `json:"head_size"`
	File   string `json:"file,omitempty"` // the file's number, where there are such
	heading
}

func sumOf(b []byte) string {
	h := sha256.Sum256(b)
	return hex.EncodeToString(h[:12])
}

// Seek implements Feed.
func (t *Tail) Seek(ctx context.Context, after json.RawMessage) error {
	if err := parallel.Cause(ctx); err != nil {
		return err
	}
	if t == nil || t.path == "" {
		return fmt.Errorf("%w: the Tail is not of NewTail", ErrOptions)
	}
	_ = t.Close() // only read
	t.reset()
	t.queue, t.ready, t.row = nil, nil, 0
	t.head = heading{Encoding: t.opt.Encoding, Delimiter: t.opt.Delimiter}
	if len(after) == 0 {
		return nil
	}
	var p tailPosition
	if err := json.Unmarshal(after, &p); err != nil || p.Offset < 0 || p.Size < 0 || p.Size > tailPast || int64(p.Size) > p.Offset || p.Bytes < 0 || p.Bytes > tailPast {
		return fmt.Errorf("%w: the position is not one of a file", ErrOptions)
	}
	t.row = p.Row
	if p.Offset > 0 {
		t.head = p.heading
		t.head.known = true
	}
	found, err := t.find(&p)
	if err != nil {
		return err
	}
	if !found {
		return fmt.Errorf("%w: %s is another file than was read up to byte %d, and the old one is not beside it", ErrLost, t.path, p.Offset)
	}
	return nil
}

func (t *Tail) reset() {
	t.base, t.line, t.buf, t.past, t.first, t.quiet = 0, 0, nil, nil, nil, time.Time{}
}

// Begin returns the position before the first row of the file that is read, nil
// if there is none yet. A later Seek finds it though the file was renamed.
func (t *Tail) Begin(ctx context.Context) (json.RawMessage, error) {
	if err := parallel.Cause(ctx); err != nil {
		return nil, err
	}
	if t == nil || t.path == "" {
		return nil, fmt.Errorf("%w: the Tail is not of NewTail", ErrOptions)
	}
	if t.f == nil {
		if opened, err := t.open(); err != nil || !opened {
			return nil, err
		}
	}
	if err := t.identify(); err != nil || len(t.first) == 0 {
		return nil, err
	}
	return json.Marshal(tailPosition{Sum: sumOf(nil), Head: t.firstSum, Bytes: len(t.first), File: t.id})
}

// identify reads the first bytes of the file, until there are enough of them.
func (t *Tail) identify() error {
	if len(t.first) == tailPast {
		return nil
	}
	first := make([]byte, tailPast)
	n, err := t.f.ReadAt(first, 0)
	if err != nil && !errors.Is(err, io.EOF) {
		return err
	}
	info, err := t.f.Stat()
	if err != nil {
		return err
	}
	t.first, t.id = first[:n], fileID(info)
	t.firstSum = sumOf(t.first)
	return nil
}

// find opens the file of a position, at path or beside it under a longer name,
// and queues those that were begun after it.
func (t *Tail) find(p *tailPosition) (bool, error) {
	candidates := append([]string{t.path}, t.siblings()...)
	at, sure := -1, false
	for i, name := range candidates {
		same, id, err := p.matches(name)
		if err != nil {
			return false, err
		}
		if same && (at < 0 || !sure && id) {
			at, sure = i, id
		}
	}
	if at < 0 {
		return false, nil
	}
	f, err := os.Open(candidates[at])
	if err != nil {
		return false, err
	}
	past := make([]byte, p.Size)
	if _, err := f.ReadAt(past, p.Offset-int64(p.Size)); err != nil && len(past) > 0 {
		f.Close()
		return false, err
	}
	t.reset()
	t.f, t.base, t.line, t.past = f, p.Offset, p.Line, past
	if at > 0 { // newer ones come before it among the siblings
		t.queue = slices.Clone(candidates[1:at])
		slices.Reverse(t.queue)
	}
	return true, nil
}

// matches reports whether a file is that of the position, and whether it has its
// number as well.
func (p *tailPosition) matches(name string) (same, id bool, err error) {
	f, err := os.Open(name)
	if errors.Is(err, os.ErrNotExist) {
		return false, false, nil
	}
	if err != nil {
		return false, false, err
	}
	defer f.Close()
	for _, part := range []struct {
		from int64
		size int
		sum  string
	}{{0, p.Bytes, p.Head}, {p.Offset - int64(p.Size), p.Size, p.Sum}} {
		b := make([]byte, part.size)
		if n, err := f.ReadAt(b, part.from); n < len(b) {
			if errors.Is(err, io.EOF) {
				err = nil
			}
			return false, false, err
		}
		if sumOf(b) != part.sum {
			return false, false, nil
		}
	}
	info, err := f.Stat()
	return true, err == nil && fileID(info) == p.File, err
}

// siblings returns the files whose names begin with that of path, the newest
// first.
func (t *Tail) siblings() []string {
	entries, err := os.ReadDir(filepath.Dir(t.path))
	if err != nil {
		return nil
	}
	type file struct {
		name string
		at   time.Time
	}
	var all []file
	for _, e := range entries {
		if !strings.HasPrefix(e.Name(), filepath.Base(t.path)) || e.Name() == filepath.Base(t.path) {
			continue
		}
		info, err := e.Info()
		if err == nil && info.Mode().IsRegular() {
			all = append(all, file{filepath.Join(filepath.Dir(t.path), e.Name()), info.ModTime()})
		}
	}
	slices.SortStableFunc(all, func(a, b file) int { return b.at.Compare(a.at) })
	var out []string
	for _, f := range all {
		out = append(out, f.name)
	}
	return out
}

// Next implements Feed.
func (t *Tail) Next(ctx context.Context, n int) ([]Row, error) {
	if err := parallel.Cause(ctx); err != nil {
		return nil, err
	}
	if t == nil || t.path == "" {
		return nil, fmt.Errorf("%w: the Tail is not of NewTail", ErrOptions)
	}
	for len(t.ready) == 0 {
		more, err := t.advance(ctx)
		if err != nil || !more {
			return nil, err
		}
	}
	n = max(0, min(n, len(t.ready)))
	out := t.ready[:n:n]
	t.ready = t.ready[n:]
	return out, nil
}

// advance parses records, if there are some that are complete, or goes on to the
// next file. It returns false if there is nothing for now.
func (t *Tail) advance(ctx context.Context) (bool, error) {
	if t.f == nil {
		opened, err := t.open()
		if err != nil || !opened {
			return false, err
		}
	}
	grown, err := t.read()
	if err != nil {
		return false, err
	}
	if t.f == nil { // to be read from its beginning
		return true, nil
	}
	if grown {
		t.quiet = time.Time{}
	}
	end := complete(t.buf, t.table() && !t.opt.NoQuotes, t.delimiter(), t.opt.Escape)
	switch {
	case end > 0:
	case len(t.buf) >= tailLongest: // a fault, as the parser will say
		end = len(t.buf)
	case grown:
		return true, nil
	default:
		return t.atEnd(ctx)
	}
	return t.parse(ctx, end)
}

// open opens the next file.
func (t *Tail) open() (bool, error) {
	name := t.path
	if len(t.queue) > 0 {
		name = t.queue[0]
	}
	f, err := os.Open(name)
	if errors.Is(err, os.ErrNotExist) {
		if len(t.queue) > 0 {
			return false, fmt.Errorf("%w: %s was removed before it was read", ErrLost, name)
		}
		return false, nil
	}
	if err != nil {
		return false, err
	}
	if len(t.queue) > 0 {
		t.queue = t.queue[1:]
	}
	t.f = f
	t.reset()
	return true, nil
}

// read reads another block.
func (t *Tail) read() (bool, error) {
	if len(t.buf) >= tailLongest {
		return false, nil
	}
	block := make([]byte, tailBlock)
	n, err := t.f.ReadAt(block, t.base+int64(len(t.buf)))
	if err != nil && !errors.Is(err, io.EOF) {
		return false, err
	}
	if n == 0 {
		return false, nil
	}
	if same, err := t.same(); err != nil || !same {
		if err == nil {
			err = t.truncated("was rewritten")
		}
		return false, err
	}
	t.buf = append(t.buf, block[:n]...)
	return true, nil
}

// same reports whether the bytes before base are those that were parsed.
func (t *Tail) same() (bool, error) {
	past := make([]byte, len(t.past))
	_, err := t.f.ReadAt(past, t.base-int64(len(past)))
	if err != nil && !errors.Is(err, io.EOF) {
		return false, err
	}
	return err == nil && bytes.Equal(past, t.past), nil
}

// truncated goes to the rest of a copy of the file, if there is one, and to its
// beginning otherwise.
func (t *Tail) truncated(how string) error {
	p := t.position(t.base, t.line, t.row)
	_ = t.Close()
	t.buf = nil
	if len(t.past) == 0 { // nothing was parsed: nothing tells a copy
		p.Bytes, p.Head = 0, sumOf(nil)
	}
	found, err := t.find(&p)
	if err != nil {
		return err
	}
	if found {
		t.quiet = time.Time{}
		return nil
	}
	t.note(fmt.Sprintf("%s %s behind byte %d and is read from its beginning: what was written there but not read yet is lost", t.path, how, p.Offset))
	t.reset()
	return nil
}

// atEnd decides what the end of a file means.
func (t *Tail) atEnd(ctx context.Context) (bool, error) {
	info, err := t.f.Stat()
	if err != nil {
		return false, err
	}
	if info.Size() < t.base+int64(len(t.buf)) {
		return true, t.truncated("was truncated")
	}
	now, err := os.Stat(t.path)
	switch {
	case errors.Is(err, os.ErrNotExist):
		return false, nil // its successor is not there yet
	case err != nil:
		return false, err
	case os.SameFile(info, now):
		return false, nil
	}
	if t.quiet.IsZero() {
		t.quiet = time.Now()
	}
	if len(t.queue) == 0 && time.Since(t.quiet) < tailGrace && time.Since(info.ModTime()) < tailGrace {
		return false, nil // its writer may not know yet
	}
	if len(bytes.TrimSpace(t.buf)) > 0 {
		return t.parse(ctx, len(t.buf)) // no more is to come
	}
	_ = t.Close()
	t.reset()
	return true, nil
}

func (t *Tail) delimiter() string {
	switch {
	case t.head.Delimiter != "":
		return t.head.Delimiter
	case t.format == source.TSV:
		return "\t"
	}
	return ","
}

// position returns the one behind the first bytes of the file.
func (t *Tail) position(offset int64, line, row int) tailPosition {
	past := t.past
	if n := int(offset - t.base); n >= tailPast {
		past = t.buf[n-tailPast : n]
	} else if n > 0 {
		past = append(slices.Clone(past), t.buf[:n]...)
		past = past[max(0, len(past)-tailPast):]
	}
	return tailPosition{Row: row, Offset: offset, Line: line, Sum: sumOf(past), Size: len(past), Head: t.firstSum, Bytes: len(t.first), File: t.id, heading: t.head}
}

// complete returns the length of the records of buf that are complete, at most
// tailRecords of them. With quotes, a line feed within quotation marks does not
// end a record; if the marks stay open over many lines, one of them is likely to
// be stray, and the lines are left to the parser.
func complete(buf []byte, quotes bool, delimiter, escape string) int {
	const stray = 1 << 16 // bytes
	end, records, open := 0, 0, -1
	start := true // of a field
	for i := 0; i < len(buf) && records < tailRecords; i++ {
		c := buf[i]
		switch {
		case escape != "" && c == escape[0] && escape != `"`:
			i++
			start = false
		case open >= 0:
			if c == '"' {
				if i+1 < len(buf) && buf[i+1] == '"' {
					i++
				} else {
					open = -1
				}
			}
		case c == '\n':
			end, start = i+1, true
			records++
		case quotes && start && c == '"':
			open = i
		case quotes && bytes.HasPrefix(buf[i:], []byte(delimiter)):
			i += len(delimiter) - 1
			start = true
		default:
			start = false
		}
	}
	if end == 0 && open >= 0 && len(buf)-open > stray {
		return bytes.LastIndexByte(buf, '\n') + 1
	}
	return end
}
