//go:build !js

package main

// SQLite's driver does not build for WebAssembly; there the command reports
// that it has no such source.
import _ "github.com/seed-56ee9438/cohort/source/sqlite"
