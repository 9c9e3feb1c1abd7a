package csvscan

import (
	"bytes"
	"strings"

	"github.com/seed-56ee9438/cohort/internal/columns"
	"github.com/seed-56ee9438/cohort/internal/textfile"
)

// Layout is where a table begins in a file and how its fields are delimited.
type Layout struct {
	Delimiter string
	// Skip is the number of lines above the header: a title, or sep=; for a
	// spreadsheet.
	Skip int
	// Guessed reports that Delimiter is neither given, nor the usual one for
	// the format, nor specified in the file.
	Guessed bool
}

// delimiters are the candidates, likelier ones first.
var delimiters = []string{",", ";", "\t", "|"}

// Sniff detects the layout of a table that begins with head, whose lines end in
// a single carriage return if cr is set. given, if not empty, is the delimiter;
// usual is the one that files of this format usually have. want lists columns
// to look for.
func Sniff(head []byte, cr bool, d Dialect, given, usual string, want []string) Layout {
	lay := Layout{Delimiter: usual}
	first, rest := cutLine(head, cr)
	if sep, ok := sepLine(first); ok {
		lay.Skip, head = 1, rest
		if given == "" {
			given = sep
		}
	}
	if given != "" {
		lay.Delimiter = given
		d.Delimiter = given
		t := parse(head, cr, d)
		lay.Skip += t.skip(want)
		return lay
	}
	best, score := trial{}, -1.0
	for _, delimiter := range append([]string{usual}, delimiters...) {
		d.Delimiter = delimiter
		t := parse(head, cr, d)
		if s := t.score(want); s > score+1e-9 {
			best, score = t, s
			lay.Delimiter, lay.Guessed = delimiter, delimiter != usual
		}
	}
	if score <= 0 {
		lay.Delimiter, lay.Guessed = usual, false
		d.Delimiter = usual
		best = parse(head, cr, d)
	}
	lay.Skip += best.skip(want)
	return lay
}

func cutLine(b []byte, cr bool) (line, rest []byte) {
	end := byte('\n')
	if cr {
		end = '\r'
	}
	i := bytes.IndexByte(b, end)
	if i < 0 {
		return b, nil
	}
	return bytes.TrimRight(b[:i], "\r"), b[i+1:]
}

// sepLine recognises a first line that tells a spreadsheet the delimiter.
func sepLine(line []byte) (string, bool) {
	s := strings.Trim(strings.TrimRight(string(line), "\r\n"), `"`)
	if len(s) < 5 || len(s) > 8 || !strings.EqualFold(s[:4], "sep=") {
		return "", false
	}
	return s[4:], true
}

// trial is the beginning of a file parsed with one delimiter.
type trial struct {
	records []trialRecord
}

type trialRecord struct {
	line   int // 1-based
	values []string
}

// parse reads records; the last one, which may be truncated, is left out if
// there are others.
func parse(head []byte, cr bool, d Dialect) trial {
	d.Lazy = !d.NoQuotes
	in := textfile.Lines(head, cr)
	s := New(in, d)
	var t trial
	for len(t.records) < 500 {
		if s.Next() != nil {
			break
		}
		if len(s.Fields) == 0 {
			continue
		}
		r := trialRecord{line: s.Line}
		for i := range s.Fields {
			r.values = append(r.values, string(bytes.TrimSpace(s.Value(i))))
		}
		t.records = append(t.records, r)
	}
	if n := len(t.records); n > 2 && len(head) >= textfile.HeadBytes {
		t.records = t.records[:n-1]
	}
	return t
}

// header returns the index of the record that has the wanted columns, or -1 if
// none has.
func (t trial) header(want []string) int {
	rows := make([][]string, len(t.records))
	for i, r := range t.records {
		rows[i] = r.values
	}
	return columns.HeaderRow(rows, want)
}

// skip returns the number of lines above the header.
func (t trial) skip(want []string) int {
	h := t.header(want)
	if h <= 0 {
		return 0
	}
	return t.records[h].line - 1
}

// score is positive if the records look like a table: the header has the wanted
// columns, or most records have the same number of fields, more than one.
func (t trial) score(want []string) float64 {
	h := t.header(want)
	named := h >= 0
	h = max(h, 0)
	if len(t.records) == 0 || len(t.records[h].values) < 2 {
		return 0
	}
	same, rest := 0, t.records[h+1:]
	for _, r := range rest {
		if len(r.values) == len(t.records[h].values) {
			same++
		}
	}
	share := 1.0
	if len(rest) > 0 {
		share = float64(same) / float64(len(rest))
	}
	switch {
	case named:
		return 10 + share
	case share >= .8:
		return share
	}
	return 0
}
