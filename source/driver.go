package source

import (
	"context"
	"iter"
	"slices"
	"strings"
	"sync"
)

// A Driver reads one kind of source that package source does not read itself.
type Driver struct {
	Format Format
	// Suffixes are the suffixes of its files' names, such as ".parquet".
	Suffixes []string
	// Schemes are the schemes of its names that are not files: "postgres" for
	// postgres://host/db. A source with a scheme is opened by its full name.
	Schemes []string
	// Open opens the source called name: a file's path, or a name with a
	// scheme.
	Open func(ctx context.Context, name string, o DriverOptions) (Table, error)
	// Create opens a sink; nil if the format is read-only.
	Create func(ctx context.Context, name string, columns []Column, o SinkOptions) (Sink, error)
}

// DriverOptions are the Options that concern drivers.
type DriverOptions struct {
	Query string // in SQL; "" if Table names a table
	Table string // of a database, or a sheet of a workbook; "": the only one, or the first sheet that is not hidden
	// Want lists the names of the requested columns: if the header's row is not
	// fixed, it is the row that contains them.
	Want []string
	// TimeFormats are those of the Options: with "excel1904" a workbook's numbers
	// stay as they are, without it a driver makes its dates days since 1900.
	TimeFormats []string
}

// Table is a source opened by a driver.
type Table interface {
	// Columns returns the columns' names, in order.
	Columns() []string
	// Records ranges over the records from the first; it may be called
	// repeatedly. A *RowError reports a record that cannot be read, and further
	// records may follow; any other error is the last.
	Records(ctx context.Context) iter.Seq2[Record, error]
	Close() error
}

var drivers struct {
	sync.RWMutex
	all []*Driver
}

// Register makes d read the sources of its format. Drivers call it when they
// are imported; it panics if the format is already registered.
func Register(d Driver) {
	drivers.Lock()
	defer drivers.Unlock()
	for _, other := range drivers.all {
		if other.Format == d.Format {
			panic("source: Register called twice for " + string(d.Format))
		}
	}
	drivers.all = append(drivers.all, &d)
	slices.SortFunc(drivers.all, func(a, b *Driver) int { return strings.Compare(string(a.Format), string(b.Format)) })
}

func allDrivers() []*Driver {
	drivers.RLock()
	defer drivers.RUnlock()
	return slices.Clone(drivers.all)
}

func driverNamed(f Format) *Driver {
	for _, d := range allDrivers() {
		if d.Format == f {
			return d
		}
	}
	return nil
}

// schemes are those of this module's drivers, for reporting which one is
// missing.
var schemes = map[string]string{"sqlite": "sqlite", "postgres": "postgres", "postgresql": "postgres", "s3": "blob", "gs": "blob", "azblob": "blob"}

// scheme returns the scheme of name, or "" if it has no known one.
func scheme(name string) string {
	s, _, ok := strings.Cut(name, ":")
	if !ok {
		return ""
	}
	if schemes[s] != "" {
		return s
	}
	if driverOfScheme(s) != nil {
		return s
	}
	return ""
}

func driverOfScheme(s string) *Driver {
	for _, d := range allDrivers() {
		if slices.Contains(d.Schemes, s) {
			return d
		}
	}
	return nil
}
