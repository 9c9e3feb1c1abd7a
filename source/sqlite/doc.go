// Package sqlite lets package source read and write SQLite databases.
//
// Import it for its side effect:
//
//	import _ "github.com/seed-56ee9438/cohort/source/sqlite"
//
// A source is a file, such as reviews.db, or sqlite:FILE?table=NAME or
// sqlite:FILE?query=SQL with the query escaped as in a URL; Options.Table and
// Options.Query have the same meaning. If the database has a single table, it
// need not be named. Files are opened read-only for reading. Vectors are
// written as blobs of little-endian elements: float32, half precision or int8.
//
// On js/wasm, which the engine does not support, nothing is registered.
package sqlite
