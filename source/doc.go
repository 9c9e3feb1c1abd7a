// Package source reads texts, and the columns beside them, from common kinds of
// files and databases: CSV and similar formats, JSON and plain text, each also
// compressed; and, by importing a driver, Parquet, Arrow, Excel, SQLite and
// PostgreSQL.
//
// Open examines a source and detects its format, compression, encoding,
// delimiter and header. Source.Records then ranges over the records, with
// columns by name and values with their kinds, and Source.Rows over the texts
// with users, weights, times and ratings. Both may be ranged over any number of
// times, and hold one record at a time in memory.
//
//	src, err := source.Open(ctx, "reviews.csv", source.Options{TextColumn: "review"})
//	if err != nil {
//		return err
//	}
//	defer src.Close()
//	for row, err := range src.Rows(ctx) {
//		if err != nil {
//			return err
//		}
//		fmt.Println(row.User, row.Text)
//	}
//
// No problem goes unreported. A record that cannot be read gives a *RowError
// with its line and ends the range; with Options.OnError set to Skip it is
// counted and passed to Options.Reject. Null values (NULL, N/A, …), users
// without a name, and ratings or times that cannot be read are counted, and
// guesses are marked as such. Source.Stats returns all of this. Errors do not
// quote the contents of records.
//
// NULs (bytes that are zero) stand for nothing: they are left out of all formats
// and counted.
//
// A CSV cell that begins with a single quotation mark followed by =, +, - or @
// is read without the mark: this module and others write texts that way if a
// spreadsheet would take them for formulas.
//
// # Drivers
//
// Formats that need a large library are read by drivers, which register
// themselves when imported:
//
//	import _ "github.com/seed-56ee9438/cohort/source/parquet"
//
// Object stores (s3://bucket/key, gs://, azblob://) are read and written with
// source/blob, a module of its own.
package source
