package main

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"time"

	"github.com/spf13/pflag"

	"github.com/seed-56ee9438/cohort/internal/journal"
	"github.com/seed-56ee9438/cohort/internal/kernel"
	"github.com/seed-56ee9438/cohort/internal/parallel"
	"github.com/seed-56ee9438/cohort/source"
)

// checkpointFlags say whether encoded texts are kept in a journal, so that a run
// that was killed can be continued.
type checkpointFlags struct {
	resume  bool
	texts   int
	journal string
	given   func(flag string) bool
}

// defaultCheckpoint is the number of texts between checkpoints.
const defaultCheckpoint = 2048

// journalName is the name of the journal in an output that is a directory; it
// is added to the name of one that is a file.
const journalName = "cohort.journal"

func (f *checkpointFlags) add(s *pflag.FlagSet) {
	s.BoolVar(&f.resume, "resume", false, "keep encoded texts in a journal beside --out until it is written, and continue from the journal of a run that was interrupted; the output is that of an undisturbed run")
	s.IntVar(&f.texts, "journal-texts", defaultCheckpoint, "with --resume, add a block to the journal after this many `texts`")
	s.StringVar(&f.journal, "journal", "", "with --resume, keep the journal in this `file`")
	f.given = s.Changed
}

// check reports usage errors; beside is the journal's default name, empty if
// there is none.
func (f *checkpointFlags) check(beside string) error {
	if !f.resume {
		for _, name := range []string{"journal-texts", "journal"} {
			if f.given(name) {
				return usagef("--%s has no effect without --resume", name)
			}
		}
		return nil
	}
	if f.texts < 1 || f.texts > 1<<20 {
		return usagef("--journal-texts is %d, want 1 to %d", f.texts, 1<<20)
	}
	if f.journal == "" && beside == "" {
		return usagef("--resume with an --out that is no file requires --journal")
	}
	return nil
}

// journalBeside returns the default journal of an output that is a file.
func journalBeside(out string) string {
	if out == "-" || isDatabase(out) {
		return ""
	}
	if info, err := os.Stat(out); err == nil && !info.Mode().IsRegular() {
		return "" // a device
	}
	return out + ".journal"
}

// checkpoint is an open journal of encoded texts. A nil one has no blocks and
// keeps none.
type checkpoint struct {
	j        *journal.Journal
	settings []journal.Setting
	release  func()
	block    int              // number of texts in a new block
	second   *checkpoint      // of what is made later; may be nil
	next     *journal.Encoded // the next block of an earlier run; nil: not read yet, or none
	done     int              // texts of blocks that were taken
	buf      []byte
	newest   time.Time // when the last block was appended
}

// open opens the journal, or returns nil without --resume. The settings are
// those on which encoded texts depend, beside the texts of src and the model.
func (f *checkpointFlags) open(ctx context.Context, a *app, beside string, src *source.Source, m embedder, settings ...journal.Setting) (*checkpoint, error) {
	if !f.resume {
		return nil, nil
	}
	path := f.journal
	if path == "" {
		path = beside
	}
	input, err := identify(ctx, src)
	if err != nil {
		return nil, err
	}
	settings = append([]journal.Setting{
		{Name: "input", Value: input}, {Name: "model", Value: m.Name()}, {Name: "digest of the model", Value: m.Digest()},
		{Name: "kernel", Value: kernel.Active().String()},
	}, settings...)
	release, err := lockFile(path)
	if err != nil {
		return nil, err
	}
	j, err := journal.Open(path, settings)
	if err != nil {
		release()
		if errors.Is(err, journal.ErrMismatch) {
			err = fmt.Errorf("%w; remove it to begin anew", err)
		}
		return nil, err
	}
	a.journal = path
	return &checkpoint{j: j, settings: settings, release: release, block: f.texts, newest: time.Now()}, nil
}

// identify returns what identifies the texts of src and their users.
func identify(ctx context.Context, src *source.Source) (string, error) {
	h := sha256.New()
	rows := 0
	var length [16]byte
	for r, err := range src.Rows(ctx) {
		if err != nil {
			return "", err
		}
		binary.LittleEndian.PutUint64(length[:8], uint64(len(r.User)))
		binary.LittleEndian.PutUint64(length[8:], uint64(len(r.Text)))
		h.Write(length[:])
		_, _ = io.WriteString(h, r.User) // a hash takes everything
		_, _ = io.WriteString(h, r.Text)
		if rows++; rows%4096 == 0 && ctx.Err() != nil {
			return "", parallel.Cause(ctx)
		}
	}
	return fmt.Sprintf("%d texts with digest %.16s", rows, hex.EncodeToString(h.Sum(nil))), nil
}

// digestOf returns a digest of a setting that is too long to be shown; empty if
// that is not set.
func digestOf(value string) string {
	if value == "" {
		return ""
	}
	sum := sha256.Sum256([]byte(value))
	return "one with digest " + hex.EncodeToString(sum[:8])
}

// settings are those of the call on which its vectors depend.
func (f *callFlags) settings(kind string) []journal.Setting {
	number := func(n int) string {
		if n == 0 {
			return ""
		}
		return strconv.Itoa(n)
	}
	asText := ""
	if f.specials.asText {
		asText = "yes"
	}
	return []journal.Setting{
		{Name: "--kind", Value: kind}, {Name: "--as", Value: f.as}, {Name: "--prompt", Value: digestOf(f.prompt)}, {Name: "--dim", Value: number(f.options.Dim)},
		{Name: "--max-length", Value: number(f.options.MaxLength)}, {Name: "--overlength", Value: f.overlength}, {Name: "--" + specialFlag, Value: asText},
	}
}

// peek returns the next block of an earlier run, or nil.
func (c *checkpoint) peek() (*journal.Encoded, error) {
	if c == nil || c.next != nil {
		if c == nil {
			return nil, nil
		}
		return c.next, nil
	}
	b, err := c.j.Next()
	if errors.Is(err, io.EOF) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	e, err := journal.ParseEncoded(b)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", c.j.Path(), err)
	}
	c.next = &e
	return c.next, nil
}

// size returns the number of texts of the next block: that of an earlier run,
// or at most usual.
func (c *checkpoint) size(usual int) (int, error) {
	e, err := c.peek()
	if err != nil || c == nil {
		return usual, err
	}
	if e != nil {
		return e.Texts, nil
	}
	return min(usual, c.block), nil
}

// taken checks that the next block of an earlier run is of these texts, and goes
// on to the one after it.
func (c *checkpoint) taken(d *journal.TextsDigest) error {
	e := c.next
	if n := d.Len(); n != e.Texts || d.Sum() != e.Digest {
		return c.otherTexts()
	}
	c.done += e.Texts
	c.next = nil
	return nil
}

func (c *checkpoint) otherTexts() error {
	return fmt.Errorf("%s: %w: from text %d on, it is of other texts than this run encodes; remove it to begin anew", c.j.Path(), journal.ErrMismatch, c.done+1)
}

// saved returns the block of texts if an earlier run has encoded them, or nil.
func (c *checkpoint) saved(texts []string) (*journal.Encoded, error) {
	e, err := c.peek()
	if err != nil || e == nil {
		return nil, err
	}
	return e, c.taken(digest(texts))
}

func digest(texts []string) *journal.TextsDigest {
	var d journal.TextsDigest
	for _, t := range texts {
		d.Add(journal.TextDigest(t))
	}
	return &d
}

// append adds a block.
func (c *checkpoint) append(e *journal.Encoded) error {
	if c == nil || e.Texts == 0 {
		return nil
	}
	c.newest = time.Now()
	c.buf = e.Append(c.buf[:0])
	return c.j.Append(c.buf)
}

// resumed returns the number of texts taken from an earlier run.
func (c *checkpoint) resumed() int {
	if c == nil {
		return 0
	}
	return c.done
}

// finish removes the journal, once the output is written.
func (c *checkpoint) finish() error {
	if c == nil {
		return nil
	}
	if err := c.second.finish(); err != nil {
		return err
	}
	j := c.j
	c.j = nil
	return j.Remove()
}

// close closes the journal, which remains unless finish was called.
func (c *checkpoint) close() {
	if c == nil {
		return
	}
	c.second.close()
	if c.j != nil {
		_ = c.j.Close() // the run has failed already
	}
	c.release()
}

// note tells how many texts an earlier run had encoded.
func (c *checkpoint) note(a *app) {
	if n := c.resumed(); n > 0 {
		fmt.Fprintf(a.err, "cohort: note: %s been encoded by an earlier run\n", countOf(n, "text had", "texts had"))
	}
}

// removeParts removes what killed runs left of an output that is locked: a file,
// or the files of a directory.
func removeParts(out string, dir bool) {
	pattern := filepath.Join(filepath.Dir(out), "."+filepath.Base(out)+".*.part")
	if dir {
		pattern = filepath.Join(out, ".cohort-*.part")
	}
	parts, err := filepath.Glob(pattern)
	if err != nil {
		return // a name with brackets is no pattern
	}
	for _, p := range parts {
		os.RemoveAll(p)
	}
}
