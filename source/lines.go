package source

import (
	"bufio"
	"bytes"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/seed-56ee9438/cohort/internal/jsonerr"
)

// readLine returns the next line without its end; io.EOF only with no line.
func readLine(rd *bufio.Reader) (string, error) {
	line, err := rd.ReadString('\n')
	if err == io.EOF && line != "" {
		err = nil
	}
	line = strings.TrimSuffix(line, "\n")
	return strings.TrimSuffix(line, "\r"), err
}

// lines reads one text a line. Blank lines are no texts.
func (s *Source) lines(rd *bufio.Reader, yield func(Row, error) bool) error {
	n := 0
	for line := 1; ; line++ {
		t, err := readLine(rd)
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return &RowError{s.path, line, err}
		}
		if strings.TrimSpace(t) == "" {
			continue
		}
		n++
		r := Row{Line: line, Text: t}
		if err := s.finish(&r, n); err != nil {
			return err
		}
		if !yield(r, nil) {
			return errStopped
		}
	}
}

// records reads a CSV or TSV with a header.
func (s *Source) records(rd *bufio.Reader, comma rune, yield func(Row, error) bool) error {
	cr := csv.NewReader(rd)
	cr.Comma, cr.LazyQuotes, cr.FieldsPerRecord = comma, s.opt.LazyQuotes, -1
	head, err := cr.Read()
	if err == io.EOF {
		return nil
	}
	if err != nil {
		return s.csvError(err)
	}
	for i, h := range head {
		head[i] = strings.TrimSpace(h)
		if !utf8.ValidString(h) {
			return fmt.Errorf("%s: %w: its header is not UTF-8", s.path, ErrBinary)
		}
	}
	text, user := s.opt.TextColumn, s.opt.UserColumn
	if text == "" {
		text = "text"
	}
	ti := slices.Index(head, text)
	if ti < 0 {
		return missingColumn(s.path, "texts", text, head)
	}
	ui := -1
	if user != "" {
		if ui = slices.Index(head, user); ui < 0 {
			return missingColumn(s.path, "users", user, head)
		}
	} else if ui = slices.Index(head, "user"); ui >= 0 {
		user = "user"
	}
	for _, c := range []struct{ what, name string }{{"weights", s.opt.WeightColumn}, {"times", s.opt.TimeColumn}} {
		if c.name != "" && !slices.Contains(head, c.name) {
			return missingColumn(s.path, c.what, c.name, head)
		}
	}
	s.cols, s.textC, s.userC = head, text, user
	for n := 1; ; n++ {
		rec, err := cr.Read()
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return s.csvError(err)
		}
		line, _ := cr.FieldPos(0)
		if len(rec) != len(head) {
			return &RowError{s.path, line, fmt.Errorf("%d fields, want %d as in the header", len(rec), len(head))}
		}
		r := Row{Line: line, Text: rec[ti], Fields: make([]Field, len(rec))}
		for i, v := range rec {
			r.Fields[i] = Field{head[i], v}
		}
		if ui >= 0 {
			r.User = rec[ui]
		}
		if err := s.finish(&r, n); err != nil {
			return err
		}
		if !yield(r, nil) {
			return errStopped
		}
	}
}

func (s *Source) csvError(err error) error {
	var pe *csv.ParseError
	if errors.As(err, &pe) {
		hint := ""
		if errors.Is(pe.Err, csv.ErrBareQuote) || errors.Is(pe.Err, csv.ErrQuote) {
			hint = " (--lazy-quotes accepts it)"
		}
		return &RowError{s.path, pe.StartLine, fmt.Errorf("column %d: %w%s", pe.Column, pe.Err, hint)}
	}
	return fmt.Errorf("%s: %w", s.path, err)
}

// objects reads one JSON object a line, fields in their order.
func (s *Source) objects(rd *bufio.Reader, yield func(Row, error) bool) error {
	text, user := s.opt.TextColumn, s.opt.UserColumn
	if text == "" {
		text = "text"
	}
	s.textC = text
	n := 0
	for line := 1; ; line++ {
		t, err := readLine(rd)
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return &RowError{s.path, line, err}
		}
		if strings.TrimSpace(t) == "" {
			continue
		}
		n++
		r := Row{Line: line}
		if r.Fields, err = objectFields([]byte(t)); err != nil {
			return &RowError{s.path, line, err}
		}
		names := func() (out []string) {
			for _, f := range r.Fields {
				out = append(out, f.Name)
			}
			return out
		}
		find := func(what, name string) (string, error) {
			for _, f := range r.Fields {
				if f.Name == name {
					return f.Value, nil
				}
			}
			return "", &RowError{s.path, line, fmt.Errorf("%w %q for the %s: it has %s", ErrNoColumn, name, what, strings.Join(quoted(names()), ", "))}
		}
		if r.Text, err = find("texts", text); err != nil {
			return err
		}
		if user == "" && n == 1 && slices.Contains(names(), "user") {
			user = "user"
		}
		s.userC = user
		if user != "" {
			if r.User, err = find("users", user); err != nil {
				return err
			}
		}
		if err := s.finish(&r, n); err != nil {
			return err
		}
		if !yield(r, nil) {
			return errStopped
		}
	}
}

// objectFields returns the members of a JSON object: strings as they are,
// null as "", anything else as its JSON.
func objectFields(data []byte) ([]Field, error) {
	dec := json.NewDecoder(bytes.NewReader(data))
	tok, err := dec.Token()
	if err != nil {
		return nil, jsonerr.Hide(err)
	}
	if tok != json.Delim('{') {
		return nil, errors.New("not a JSON object")
	}
	var out []Field
	for dec.More() {
		key, err := dec.Token()
		if err != nil {
			return nil, jsonerr.Hide(err)
		}
		var v json.RawMessage
		if err := dec.Decode(&v); err != nil {
			return nil, jsonerr.Hide(err)
		}
		f := Field{Name: key.(string), Value: string(v)}
		switch {
		case v[0] == '"':
			if err := json.Unmarshal(v, &f.Value); err != nil {
				return nil, jsonerr.Hide(err)
			}
		case string(v) == "null":
			f.Value = ""
		}
		out = append(out, f)
	}
	if _, err := dec.Token(); err != nil {
		return nil, jsonerr.Hide(err)
	}
	if _, err := dec.Token(); err != io.EOF {
		return nil, errors.New("not JSON: something follows the object")
	}
	return out, nil
}
