package rewrite

import (
	"bytes"
	"encoding/json"
	"errors"

	"github.com/seed-56ee9438/cohort/internal/jsonerr"
	"github.com/seed-56ee9438/cohort/internal/textfile"
	"github.com/seed-56ee9438/cohort/source"
)

// objects copies a file of one JSON object a line. Strings and numbers at any
// depth are values, and members' names are names; a value that changes becomes a
// string.
func (s *rewriting) objects() error {
	return s.eachLine(func(line []byte) error {
		body, _ := ending(line)
		if len(bytes.TrimSpace(body)) == 0 {
			s.keep(line)
			return s.row()
		}
		if err := s.counted(); err != nil {
			return err
		}
		if !json.Valid(body) {
			var v any
			return &source.RowError{Path: s.path, Line: s.line, Err: jsonerr.Hide(json.Unmarshal(body, &v))}
		}
		if bytes.TrimSpace(body)[0] != '{' {
			return &source.RowError{Path: s.path, Line: s.line, Err: errors.New("not a JSON object")}
		}
		if err := s.object(line); err != nil {
			return &source.RowError{Path: s.path, Line: s.line, Err: err}
		}
		return s.row()
	})
}

// object holds the valid JSON object of line and its cells.
func (s *rewriting) object(line []byte) error {
	from := s.keep(line)
	type level struct {
		object bool
		name   string // of the member whose value comes
	}
	var stack []level
	column := ""
	value := false // a member's value comes, not its name
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
			if err := json.Unmarshal(textfile.Shown(line[start:i], s.enc), &text); err != nil {
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
		panic(err) // a string is always JSON
	}
	return append(out, b.Bytes()[:b.Len()-1]...)
}
