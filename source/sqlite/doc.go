// Package sqlite has package source read and write SQLite databases.
//
// Import it for what it registers:
//
//	import _ "github.com/seed-56ee9438/cohort/source/sqlite"
//
// A source is a file, reviews.db, or sqlite:FILE?table=NAME or sqlite:FILE?query=SQL
// with the query escaped as in a URL; Options.Table and Options.Query say the same.
// Where the database has one table it need not be named. Reading never writes:
// files are opened read only. Vectors are written as blobs of their elements in
// little endian: float32, half precision or int8.
//
// On js/wasm, which the engine does not run on, nothing is registered.
package sqlite
