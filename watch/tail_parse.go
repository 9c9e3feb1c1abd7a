package watch

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"

	"github.com/seed-56ee9438/cohort"
	"github.com/seed-56ee9438/cohort/source"
)

// parse parses the first bytes of buf, which are whole records. It returns false
// if the header needs more.
func (t *Tail) parse(ctx context.Context, end int) (bool, error) {
	if err := t.identify(); err != nil {
		return false, err
	}
	data, lines := t.buf[:end], 0
	if t.table() && t.base == 0 {
		n, settled, err := t.begin(ctx, data)
		if err != nil || !settled {
			return false, err
		}
		data, lines = data[n:], bytes.Count(data[:n], []byte("\n"))
	} else if !t.head.known {
		t.learn(ctx, data)
	}
	skipped := end - len(data)
	got, faults, err := t.records(ctx, data, t.line+lines)
	if err != nil {
		return false, err
	}
	// A row ends where the next one begins.
	starts := []int{0}
	for i, c := range data {
		if c == '\n' {
			starts = append(starts, i+1)
		}
	}
	first := t.line + lines + 1 // line of data[0]
	begins := slices.Clone(faults)
	for _, r := range got {
		begins = append(begins, r.Line)
	}
	slices.Sort(begins)
	for _, r := range got {
		to := len(data)
		if i, _ := slices.BinarySearch(begins, r.Line+1); i < len(begins) && begins[i]-first < len(starts) {
			to = starts[begins[i]-first]
		}
		offset := t.base + int64(skipped+to)
		after, err := json.Marshal(t.position(offset, t.line+lines+bytes.Count(data[:to], []byte("\n")), t.row+r.Row.Row))
		if err != nil {
			return false, err
		}
		if text, ok := t.text(&r); ok {
			t.ready = append(t.ready, Row{Text: text, After: after})
		}
	}
	t.row += len(got) + len(faults)
	t.lost += len(faults)
	past := append(slices.Clone(t.past), t.buf[max(0, end-tailPast):end]...)
	t.past = past[max(0, len(past)-tailPast):]
	t.line += lines + bytes.Count(data, []byte("\n"))
	t.base += int64(end)
	t.buf = append([]byte(nil), t.buf[end:]...)
	return true, nil
}

// text converts a parsed row; ok is false for one without weight.
func (t *Tail) text(r *tailRow) (text cohort.Text, ok bool) {
	if r.Weight == 0 {
		return text, false
	}
	text = cohort.Text{User: r.User, Text: r.Text, Weight: r.Weight, Time: r.Time, Meta: r.meta}
	number := strconv.Itoa(r.Row.Row)
	if r.anonymous && (r.User == number || r.User == "no-user-"+number) {
		text.User = strings.TrimSuffix(r.User, number) + strconv.Itoa(t.row+r.Row.Row)
	}
	return text, true
}

// tailRow is a parsed row.
type tailRow struct {
	source.Row
	meta      map[string]string
	anonymous bool // the row has no user of its own
}

// begin settles the columns by the beginning of a file, once it has a record
// behind its header, and returns the length of the header with what is before
// it. settled is false if more is needed.
func (t *Tail) begin(ctx context.Context, data []byte) (n int, settled bool, err error) {
	if t.head.Header != nil && !t.isHeader(firstLine(data)) {
		return 0, true, nil // the file goes on without one
	}
	o := t.opt
	o.Stdin, o.Format, o.Encoding, o.Reject = bytes.NewReader(data), t.format, t.opt.Encoding, nil
	src, err := source.Open(ctx, "-", o)
	if errors.Is(err, source.ErrEmpty) && (o.OnError != source.Skip || bytes.Count(data, []byte("\n")) < 2) {
		return 0, false, nil
	}
	if err != nil {
		return 0, false, t.named(err, 0)
	}
	defer src.Close()
	st := src.Stats()
	if err := t.decoded(st.Encoding); err != nil {
		return 0, false, err
	}
	t.head.Delimiter = st.Delimiter
	rest := data
	for range max(0, st.HeaderLine-1) {
		rest = rest[bytes.IndexByte(rest, '\n')+1:]
	}
	t.head.Header = slices.Clone(rest[:recordLength(rest, !t.opt.NoQuotes, t.delimiter(), t.opt.Escape)])
	t.head.known = true
	return len(data) - len(rest) + len(t.head.Header), true, nil
}

// decoded keeps the encoding once bytes decide it.
func (t *Tail) decoded(name string) error {
	if strings.HasPrefix(name, "utf-16") || strings.HasPrefix(name, "utf-32") {
		return fmt.Errorf("%w: %s is %s, and cannot be followed as it grows", ErrOptions, t.path, name)
	}
	if t.head.Encoding == "" && name != "ascii" {
		t.head.Encoding = name
	}
	return nil
}

// learn notes the encoding of a file without a header, by its first bytes that
// decide it.
func (t *Tail) learn(ctx context.Context, data []byte) {
	if t.head.Encoding != "" || !bytes.ContainsFunc(data, func(r rune) bool { return r >= 0x80 }) {
		return
	}
	o := source.Options{Stdin: bytes.NewReader(data), Format: source.Text}
	src, err := source.Open(ctx, "-", o)
	if err != nil {
		return // records says it
	}
	defer src.Close()
	for _, err := range src.Rows(ctx) {
		if err != nil {
			return
		}
	}
	if t.decoded(src.Stats().Encoding) == nil {
		t.head.known = t.head.Encoding != ""
	}
}

func firstLine(data []byte) []byte {
	line, _, _ := bytes.Cut(data, []byte("\n"))
	return line
}

// isHeader reports whether a line is the header that is known, or another one:
// it has the name of the text column.
func (t *Tail) isHeader(line []byte) bool {
	if bytes.Equal(tidy(line), tidy(firstLine(t.head.Header))) {
		return true
	}
	name := t.opt.TextColumn
	if name == "" {
		name = "text"
	}
	for cell := range strings.SplitSeq(string(tidy(line)), t.delimiter()) {
		if strings.EqualFold(strings.Trim(strings.TrimSpace(cell), `"`), name) {
			return true
		}
	}
	return false
}

func tidy(line []byte) []byte { return bytes.TrimSpace(bytes.TrimPrefix(line, []byte("\ufeff"))) }

// recordLength returns the length of the first record.
func recordLength(data []byte, quotes bool, delimiter, escape string) int {
	for i := bytes.IndexByte(data, '\n'); i >= 0; {
		if n := complete(data[:i+1], quotes, delimiter, escape); n > 0 {
			return n
		}
		next := bytes.IndexByte(data[i+1:], '\n')
		if next < 0 {
			break
		}
		i += 1 + next
	}
	return len(data)
}

// records parses records, whose first line follows before lines of the file. It
// returns the rows and the lines of those that were rejected.
func (t *Tail) records(ctx context.Context, data []byte, before int) (rows []tailRow, faults []int, err error) {
	if len(bytes.TrimSpace(data)) == 0 {
		return nil, nil, nil
	}
	header := t.head.Header
	if !t.table() {
		header = nil
	}
	if n := len(header); n > 0 && header[n-1] != '\n' {
		header = append(slices.Clone(header), '\n')
	}
	shift := before - bytes.Count(header, []byte("\n"))
	o := t.opt
	o.Format, o.Encoding, o.Delimiter = t.format, t.head.Encoding, t.head.Delimiter
	o.Stdin = io.MultiReader(bytes.NewReader(header), bytes.NewReader(data))
	o.Reject = func(r source.Reject) error {
		faults = append(faults, r.Line+shift)
		if t.opt.Reject == nil {
			return nil
		}
		r.File, r.Line = t.path, r.Line+shift
		return t.opt.Reject(r)
	}
	src, err := source.Open(ctx, "-", o)
	if errors.Is(err, source.ErrEmpty) && o.OnError == source.Skip {
		return t.allRejected(ctx, header, data, before)
	}
	if err != nil {
		return nil, nil, t.named(err, shift)
	}
	defer src.Close()
	for r, err := range src.Rows(ctx) {
		if err != nil {
			return nil, nil, t.named(err, shift)
		}
		rows = append(rows, t.row1(src, r, shift))
	}
	return rows, faults, t.decoded(src.Stats().Encoding)
}

func (t *Tail) row1(src *source.Source, r source.Row, shift int) tailRow {
	out := tailRow{Row: r, anonymous: true}
	out.Line += shift
	if c := src.UserColumn(); c != "" {
		out.anonymous = src.Value(&r, c) == ""
	}
	if len(t.opt.Columns) > 0 {
		out.meta = make(map[string]string, len(t.opt.Columns))
		for _, c := range t.opt.Columns {
			out.meta[c] = src.Value(&r, c)
		}
	}
	return out
}

// allRejected finds out why none of the records can be read.
func (t *Tail) allRejected(ctx context.Context, header, data []byte, before int) ([]tailRow, []int, error) {
	var faults []int
	line := before
	for len(data) > 0 {
		n := recordLength(data, t.table() && !t.opt.NoQuotes, t.delimiter(), t.opt.Escape)
		record := data[:n]
		data = data[n:]
		shift := line - bytes.Count(header, []byte("\n"))
		line += bytes.Count(record, []byte("\n"))
		if len(bytes.TrimSpace(record)) == 0 {
			continue
		}
		o := t.opt
		o.Format, o.Encoding, o.Delimiter, o.OnError, o.Reject = t.format, t.head.Encoding, t.head.Delimiter, source.Stop, nil
		o.Stdin = io.MultiReader(bytes.NewReader(header), bytes.NewReader(record))
		src, err := source.Open(ctx, "-", o)
		var row *source.RowError
		switch {
		case err == nil: // it repeats the header
			src.Close()
		case errors.As(err, &row):
			faults = append(faults, row.Line+shift)
			r := row.Reject()
			r.File, r.Line = t.path, r.Line+shift
			if t.opt.Reject != nil {
				if err := t.opt.Reject(r); err != nil {
					return nil, nil, err
				}
			}
		case errors.Is(err, source.ErrEmpty):
		default:
			return nil, nil, t.named(err, shift)
		}
	}
	return nil, faults, nil
}

// named makes an error one of the file.
func (t *Tail) named(err error, shift int) error {
	var row *source.RowError
	if errors.As(err, &row) {
		return &source.RowError{Path: t.path, Line: row.Line + shift, Err: row.Err, Raw: row.Raw}
	}
	return fmt.Errorf("%s: %w", t.path, err)
}
