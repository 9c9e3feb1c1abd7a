// Package report writes a result.Segmentation for people, as a page (WriteHTML)
// and as a table of users (WriteCSV), and a comparison of two as a page
// (WriteComparisonHTML). Package result writes it for programs.
//
// The page is a single self-contained file: style, script and drawings are
// embedded, and its Content-Security-Policy prevents anything else from running
// or loading. User content is always shown as text. Characters that would
// reverse the following text (bidirectional overrides) or that are invisible
// are shown as their code points.
//
// The page of any number of users stays below 2 MB: of many, the map shows every
// n-th, and the look-up as many as there is room for. The page says so.
//
// Package charts, below this one, draws PNG and SVG images. The module
// conformance tests the page in a real browser and result's JSON against its
// schema.
//
// The same Segmentation gives the same bytes.
package report
