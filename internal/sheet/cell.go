// Package sheet writes and reads cells of CSV files so that a spreadsheet does
// not interpret any of them as a formula.
package sheet

import (
	"encoding/csv"
	"io"
	"strings"
)

// formula lists the first characters of cells that a spreadsheet interprets,
// including full-width ones, and of white space that it drops before them
// (OWASP, CSV Injection).
const formula = "=+-@\t\r\n＝＋－＠"

// Escape returns v as a cell that a spreadsheet treats as text: it puts a
// single quotation mark before a value that begins like a formula and is not a
// number, or that begins with such a mark followed by such a value. Unescape
// undoes it.
func Escape(v string) string {
	rest := strings.TrimLeft(v, "'")
	if rest == "" || !strings.ContainsRune(formula, first(rest)) || rest == v && number(v) {
		return v
	}
	return "'" + v
}

// Unescape returns the value that Escape turned into cell; it restores any
// value. In a cell written by another program it removes the mark that stands
// for "this is text".
func Unescape(cell string) string {
	rest := strings.TrimLeft(cell, "'")
	if rest == cell || rest == "" || !strings.ContainsRune(formula, first(rest)) {
		return cell
	}
	return cell[1:]
}

func first(s string) rune {
	for _, r := range s {
		return r
	}
	return 0
}

// number reports whether v is a number, which a spreadsheet shows as one.
func number(v string) bool {
	digits, point, exponent := 0, false, false
	for i := 0; i < len(v); i++ {
		switch c := v[i]; {
		case '0' <= c && c <= '9':
			digits++
		case c == '.' && !point && !exponent:
			point = true
		case c|0x20 == 'e' && !exponent && digits > 0 && i+1 < len(v):
			exponent = true
			digits = 0
		case (c == '+' || c == '-') && (i == 0 || v[i-1]|0x20 == 'e'):
		default:
			return false
		}
	}
	return digits > 0
}

// Writer writes CSV records with escaped cells.
type Writer struct {
	csv *csv.Writer
	row []string
}

// NewWriter returns a writer to w.
func NewWriter(w io.Writer) *Writer { return &Writer{csv: csv.NewWriter(w)} }

// Write writes a record.
func (w *Writer) Write(record []string) error {
	w.row = w.row[:0]
	for _, v := range record {
		w.row = append(w.row, Escape(v))
	}
	return w.csv.Write(w.row)
}

// Flush writes buffered data, and returns the first error of any Write.
func (w *Writer) Flush() error {
	w.csv.Flush()
	return w.csv.Error()
}
