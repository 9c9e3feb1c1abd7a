// Package report writes a result.Segmentation for people: a page (WriteHTML) and a
// table of users (WriteCSV). Everything that it holds is written for programs by
// package result.
//
// The page is one file that needs nothing from anywhere: style, script and
// drawings are inside, and its Content-Security-Policy lets nothing else run
// or load. Whatever users wrote is shown as text; characters that would turn
// the order of what follows (bidirectional overrides) or show nothing are
// shown by their code point.
//
// Still pictures, PNG and SVG, are drawn by the package charts below this one. That
// the page keeps its word in a real browser, and result's JSON to its schema, is
// tested by the module conformance.
//
// The same Segmentation gives the same bytes.
package report
