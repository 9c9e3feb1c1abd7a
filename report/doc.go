// Package report writes a cohort.Segmentation for people and for programs: a
// page (WriteHTML), a table of users (WriteCSV) and everything (WriteJSON).
//
// The page is one file that needs nothing from anywhere: style, script and
// drawings are inside, and its Content-Security-Policy lets nothing else run
// or load. Whatever users wrote is shown as text; characters that would turn
// the order of what follows (bidirectional overrides) or show nothing are
// shown by their code point.
//
// The same Segmentation gives the same bytes.
package report
