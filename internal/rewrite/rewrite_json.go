package rewrite

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"

	"github.com/seed-56ee9438/cohort/internal/jsonerr"
	"github.com/seed-56ee9438/cohort/internal/jsonscan"
	"github.com/seed-56ee9438/cohort/source"
)

// jsonLines copies a file of one JSON object per line. Strings and numbers at
// any depth are values, and members' names are names; a value that changes
// becomes a string.
func (s *rewriting) jsonLines() error {
	if b := bytes.TrimSpace(s.in.Head()); len(b) > 0 && b[0] == '[' {
		s.format = source.JSON // an array with the other suffix
		return s.values()
	}
	return s.eachLine(func(line []byte) error {
		body, _ := s.in.Ending(line)
		if len(bytes.TrimSpace(body)) == 0 {
			s.keep(line)
			return s.row()
		}
		if err := valid(body); err != nil {
			return s.reject(err, s.in.Line(), body)
		}
		if err := s.counted(); err != nil {
			return err
		}
		if err := s.object(line); err != nil {
			return &source.RowError{Path: s.path, Line: s.in.Line(), Err: err}
		}
		return s.row()
	})
}

// valid returns an error unless b is a JSON object.
func valid(b []byte) error {
	if !json.Valid(b) {
		var v any
		return jsonerr.Hide(json.Unmarshal(b, &v))
	}
	if bytes.TrimSpace(b)[0] != '{' {
		return errors.New("not a JSON object")
	}
	return nil
}

// values copies the objects of an array, or of a sequence.
func (s *rewriting) values() error {
	scan := jsonscan.New(s.in)
	for {
		err := scan.Next()
		between := scan.Between
		var f *jsonscan.Fault
		switch {
		case errors.Is(err, io.EOF) && len(scan.Value) == 0:
			s.keep(between)
			return nil
		case errors.As(err, &f):
		case err != nil:
			return fmt.Errorf("%s: %w", s.path, err)
		default:
			if err := valid(scan.Value); err != nil {
				f = &jsonscan.Fault{Line: scan.Line, Err: err, Raw: bytes.Clone(scan.Value)}
			}
		}
		if s.stats.Rows == 0 { // no comma before the first one copied
			between = bytes.Replace(between, []byte(","), nil, 1)
		}
		if f != nil {
			if err := s.reject(f.Err, f.Line, f.Raw); err != nil {
				return err
			}
			if s.stats.Rows == 0 { // the opening bracket of the array
				s.keep(between)
			}
			continue
		}
		if err := s.counted(); err != nil {
			return err
		}
		s.keep(between)
		if err := s.object(scan.Value); err != nil {
			return &source.RowError{Path: s.path, Line: scan.Line, Err: err}
		}
		if err := s.row(); err != nil {
			return err
		}
	}
}

// object buffers the valid JSON object of line and its cells.
func (s *rewriting) object(line []byte) error {
	from := s.keep(line)
	type level struct {
		object bool
		name   string // of the member whose value is next
	}
	var stack []level
	column := ""
	value := false // a member's value is next, not its name
	for i := 0; i < len(line); {
		start := i
		switch c := line[i]; {
		case c == '{' || c == '[':
			name := ""
			if len(stack) > 0 {
				name = stack[len(stack)-1].name
			}
			stack = append(stack, level{c == '{', name})
			value = c == '['
			i++
			continue
		case c == '}' || c == ']':
			stack = stack[:len(stack)-1]
			value = false
			i++
			continue
		case c == ',':
			value = !stack[len(stack)-1].object
			i++
			continue
		case c == ':':
			value = true
			i++
			continue
		case c == '"':
			for i++; line[i] != '"'; i++ {
				if line[i] == '\\' {
					i++
				}
			}
			i++
		case c == '-' || '0' <= c && c <= '9':
			for i < len(line) && (line[i] == '-' || line[i] == '+' || line[i] == '.' || line[i]|0x20 == 'e' || '0' <= line[i] && line[i] <= '9') {
				i++
			}
		default: // white space, true, false, null
			i++
			continue
		}
		text := string(line[start:i])
		if line[start] == '"' {
			if err := json.Unmarshal(s.shown(line[start:i]), &text); err != nil {
				return jsonerr.Hide(err)
			}
		}
		top := &stack[len(stack)-1]
		cell := Cell{Column: column, Name: top.name, Value: text}
		if !value {
			top.name = text
			if len(stack) == 1 {
				column = text
			}
			cell.Column, cell.Name = column, ""
		}
		s.cell(cell, from+start, from+i, false)
	}
	return nil
}

// appendJSON appends a JSON string.
func appendJSON(out []byte, s string, _ bool) []byte {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(s); err != nil {
		panic(err) // a string always encodes
	}
	return append(out, b.Bytes()[:b.Len()-1]...)
}
