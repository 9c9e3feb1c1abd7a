// Package report writes a cohort.Segmentation for people and for programs: a
// page (WriteHTML), a table of users (WriteCSV) and everything (WriteJSON).
//
// The page is one file that needs nothing from anywhere: style, script and
// drawings are inside, and its Content-Security-Policy lets nothing else run
// or load. Whatever users wrote is shown as text; characters that would turn
// the order of what follows (bidirectional overrides) or show nothing are
// shown by their code point.
//
// WriteJSON's format has a JSON Schema (Schema). Still pictures, PNG and SVG, are
// drawn by the package charts below this one. That the page keeps its word in a
// real browser, and the JSON to its schema, is tested by the module conformance.
//
// The same Segmentation gives the same bytes.
package report
