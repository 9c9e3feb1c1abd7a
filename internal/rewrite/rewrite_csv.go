package rewrite

import (
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/seed-56ee9438/cohort/internal/textfile"
	"github.com/seed-56ee9438/cohort/source"
)

// rawField is a field of a CSV record as it stands in the file: rec[start:end],
// quotation marks included.
type rawField struct {
	start, end int
	quoted     bool
	open       bool // quoted to the end of the file
}

// value is field f of rec without its quotation marks.
func (s *rewriting) value(rec []byte, f rawField) string {
	raw := textfile.Shown(rec[f.start:f.end], s.enc)
	if !f.quoted {
		return string(raw)
	}
	raw = raw[1:]
	if n := len(raw); n > 0 && raw[n-1] == '"' && !f.open {
		raw = raw[:n-1]
	}
	return strings.ReplaceAll(string(raw), `""`, `"`)
}

// record reads the next record, into rec and fields, whose old content is lost.
// A blank line is a record without fields. The rules are those of encoding/csv
// (RFC 4180), so that both read the same values.
func (s *rewriting) record(rec []byte, fields []rawField, comma byte) ([]byte, []rawField, error) {
	first := s.line + 1
	rec, fields = rec[:0], fields[:0]
	rec, err := s.more(rec)
	if err != nil {
		return rec, fields, err
	}
	body, _ := ending(rec)
	if len(body) == 0 {
		return rec, fields, nil
	}
	fail := func(at int, err error) error {
		hint := " (--lazy-quotes accepts it)"
		return &source.RowError{Path: s.path, Line: first, Err: fmt.Errorf("field %d: %w%s", at+1, err, hint)}
	}
	stop := len(body) // where the record's last line ends
	for i := 0; ; {
		f := rawField{start: i}
		if i < stop && rec[i] == '"' {
			f.quoted = true
			j := i + 1
			for {
				k := bytes.IndexByte(rec[j:], '"')
				if k < 0 {
					// The field goes on in the next line.
					was := len(rec)
					if was > maxRow {
						return rec, fields, &source.RowError{Path: s.path, Line: first, Err: fmt.Errorf("a row of more than %d bytes: is a quotation mark missing?", maxRow)}
					}
					rec, err = s.more(rec)
					if err == io.EOF {
						if !s.opt.LazyQuotes {
							return rec, fields, fail(len(fields), csv.ErrQuote)
						}
						f.end, f.open = len(rec), true
						return rec, append(fields, f), nil
					}
					if err != nil {
						return rec, fields, err
					}
					body, _ = ending(rec)
					stop = max(len(body), was)
					j = was
					continue
				}
				j += k + 1
				if j < stop && rec[j] == '"' {
					j++
					continue
				}
				if j >= stop || rec[j] == comma {
					break
				}
				if !s.opt.LazyQuotes {
					return rec, fields, fail(len(fields), csv.ErrQuote)
				}
			}
			f.end = min(j, stop)
		} else {
			k := bytes.IndexByte(rec[i:stop], comma)
			if k < 0 {
				k = stop - i
			}
			f.end = i + k
			if !s.opt.LazyQuotes && bytes.IndexByte(rec[i:f.end], '"') >= 0 {
				return rec, fields, fail(len(fields), csv.ErrBareQuote)
			}
		}
		fields = append(fields, f)
		if f.end >= stop {
			return rec, fields, nil
		}
		i = f.end + 1 // a comma
	}
}

// records copies a CSV or TSV.
func (s *rewriting) records(comma byte) error {
	var rec []byte
	var fields []rawField
	var head []string
	doubtful := false // whether head is a header
	for {
		var err error
		rec, fields, err = s.record(rec, fields, comma)
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		isHead := head == nil
		if len(fields) > 0 {
			if isHead {
				if head, err = s.header(rec, fields); err != nil {
					return err
				}
				doubtful = !source.LooksLikeHeader(head)
			} else if len(fields) != len(head) {
				return &source.RowError{Path: s.path, Line: s.line, Err: fmt.Errorf("%d fields, want %d as in the header", len(fields), len(head))}
			} else if err := s.counted(); err != nil {
				return err
			}
		}
		from := s.keep(rec)
		for i, f := range fields {
			c := Cell{Column: head[i], Name: head[i], Value: s.value(rec, f)}
			if isHead {
				c.Name, c.Doubtful = "", doubtful
			}
			s.cell(c, from+f.start, from+f.end, f.quoted)
		}
		if err := s.row(); err != nil {
			return err
		}
	}
}

// header returns the columns' names, and an error where one that is wanted is
// missing.
func (s *rewriting) header(rec []byte, fields []rawField) ([]string, error) {
	var head []string
	for _, f := range fields {
		h := s.value(rec, f)
		if !utf8.ValidString(h) {
			return nil, fmt.Errorf("%s: %w: its header is not UTF-8", s.path, source.ErrBinary)
		}
		head = append(head, strings.TrimSpace(h))
	}
	for _, c := range append([]string{s.opt.TextColumn, s.opt.UserColumn}, s.opt.Columns...) {
		if c != "" && !slices.Contains(head, c) {
			return nil, fmt.Errorf("%s: %w %q: it has %s", s.path, source.ErrNoColumn, c, source.ColumnNames(head))
		}
	}
	return head, nil
}

// fieldRenderer appends a field with quotation marks where it had or needs some.
func fieldRenderer(comma byte) func(out []byte, now string, quoted bool) []byte {
	needs := "\"\r\n" + string(rune(comma))
	return func(out []byte, now string, quoted bool) []byte {
		if !quoted && !strings.ContainsAny(now, needs) && !strings.HasPrefix(now, " ") {
			return append(out, now...)
		}
		out = append(out, '"')
		out = append(out, strings.ReplaceAll(now, `"`, `""`)...)
		return append(out, '"')
	}
}
