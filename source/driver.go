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
	// Suffixes are what names of its files end in, such as ".parquet".
	Suffixes []string
	// Schemes are the beginnings of its names that are no files: "postgres" of
	// postgres://host/db. A source of a scheme is opened by its whole name.
	Schemes []string
	// Open opens the source called name: a file's path, or a name of a scheme.
	Open func(ctx context.Context, name string, o DriverOptions) (Table, error)
	// Create opens a sink; nil where the kind is read only.
	Create func(ctx context.Context, name string, columns []Column, o SinkOptions) (Sink, error)
}

// DriverOptions are what of Options concerns drivers.
type DriverOptions struct {
	Query string // of SQL; "" where Table names a table
	Table string // of a database, or a sheet of a workbook; "": the only or the first one
	// Want are names of columns that are asked for: where a header must be looked
	// for, it is the row that has them.
	Want []string
}

// Table is an opened source of a driver.
type Table interface {
	// Columns are the columns' names, in their order.
	Columns() []string
	// Records ranges over the records from the first; it may be called again. A
	// *RowError is a record that cannot be read, after which others may come; any
	// other error is the last.
	Records(ctx context.Context) iter.Seq2[Record, error]
	Close() error
}

var drivers struct {
	sync.RWMutex
	all []*Driver
}

// Register has sources of d's kind be read by it. Drivers call it when they are
// imported; it panics where the format is registered already.
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

// schemes are those of this module's drivers, to tell which one is missing.
var schemes = map[string]string{"sqlite": "sqlite", "postgres": "postgres", "postgresql": "postgres"}

// scheme returns the scheme of name, "" where it has none that is known.
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
