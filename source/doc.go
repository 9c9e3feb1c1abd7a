// Package source reads texts, and the columns beside them, from where people keep
// them: CSV and its kin, JSON, plain text, each also packed; and, by import of a
// driver, Parquet, Arrow, Excel, SQLite and PostgreSQL.
//
// Open looks at a source and tells what it is: its kind, how it is packed, its
// encoding, what delimits its fields, where its header is. Source.Records then
// ranges over the records, columns by name and values with their kinds, and
// Source.Rows over the texts with users, weights, times and ratings. Both may be
// ranged over any number of times, and hold one record at a time.
//
// Nothing goes wrong in silence. A record that cannot be read is a *RowError with
// its line, and ends the range, or with Options.OnError Skip is counted and handed
// to Options.Reject; a value that stands for none (NULL, N/A, …), a user without a
// name, a rating or a time that cannot be read are counted; what was guessed is
// said. Source.Stats tells all of it. No error quotes what a record holds.
//
// A cell of a CSV that begins with a single quotation mark and =, +, - or @ is read
// without the mark: it is how this module and others write a text that a
// spreadsheet would take for a formula.
//
// # Drivers
//
// What needs a large library is read by a driver that registers itself when it is
// imported:
//
//	import _ "github.com/seed-56ee9438/cohort/source/parquet"
package source
