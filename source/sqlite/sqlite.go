//go:build !(js && wasm)

package sqlite

import (
	"context"
	"database/sql"
	"encoding/binary"
	"errors"
	"fmt"
	"math"
	"net/url"
	"os"
	"path/filepath"
	"strings"

	_ "modernc.org/sqlite" // registers the driver

	"github.com/seed-56ee9438/cohort/internal/safetensors"
	"github.com/seed-56ee9438/cohort/internal/sqltable"
	"github.com/seed-56ee9438/cohort/source"
)

// Format is the name of the format.
const Format source.Format = "sqlite"

func init() {
	source.Register(source.Driver{Format: Format, Suffixes: []string{".db", ".sqlite", ".sqlite3"}, Schemes: []string{"sqlite"}, Open: open, Create: create})
}

// parse splits a name into its parts; a query or table in the name excludes the
// corresponding option.
func parse(name, query, table string) (file, q, t string, err error) {
	file, rest, _ := strings.Cut(strings.TrimPrefix(name, "sqlite:"), "?")
	if !strings.HasPrefix(name, "sqlite:") {
		file, rest = name, ""
	}
	file = strings.TrimPrefix(file, "//")
	values, err := url.ParseQuery(rest)
	if err != nil {
		return "", "", "", fmt.Errorf("%w: %s is not escaped as in a URL", source.ErrOption, "what follows the question mark")
	}
	for key := range values {
		if key != "query" && key != "table" {
			return "", "", "", fmt.Errorf("%w: %q is neither query nor table", source.ErrOption, key)
		}
	}
	for _, p := range []struct {
		to          *string
		here, there string
	}{{&query, values.Get("query"), query}, {&table, values.Get("table"), table}} {
		if p.here != "" && p.there != "" {
			return "", "", "", fmt.Errorf("%w: the name and the options both say what to read", source.ErrOption)
		}
		if p.here != "" {
			*p.to = p.here
		}
	}
	if query != "" && table != "" {
		return "", "", "", fmt.Errorf("%w: a query and a table exclude each other", source.ErrOption)
	}
	return file, query, table, nil
}

// dsn returns the name by which the driver opens a file.
func dsn(file, mode string) (string, error) {
	abs, err := filepath.Abs(file)
	if err != nil {
		return "", err
	}
	u := url.URL{Scheme: "file", Path: filepath.ToSlash(abs), RawQuery: "mode=" + mode + "&_pragma=busy_timeout(10000)"}
	return u.String(), nil
}

func open(ctx context.Context, name string, o source.DriverOptions) (source.Table, error) {
	file, query, table, err := parse(name, o.Query, o.Table)
	if err != nil {
		return nil, err
	}
	if info, err := os.Stat(file); err != nil { // the driver's error says less
		return nil, err
	} else if info.IsDir() {
		return nil, fmt.Errorf("%s is a directory", file)
	}
	d, err := dsn(file, "ro")
	if err != nil {
		return nil, err
	}
	db, err := sql.Open("sqlite", d)
	if err != nil {
		return nil, err
	}
	if query == "" {
		if table == "" {
			if table, err = only(ctx, db); err != nil {
				return nil, errors.Join(err, db.Close())
			}
		}
		query = "SELECT * FROM " + sqltable.QuoteTable(table)
	}
	t, err := sqltable.Open(ctx, db, query)
	if err != nil {
		return nil, errors.Join(err, db.Close())
	}
	return t, nil
}

// only returns the table of a database that has a single one.
func only(ctx context.Context, db *sql.DB) (string, error) {
	rows, err := db.QueryContext(ctx, `SELECT name FROM sqlite_master WHERE type IN ('table', 'view') AND name NOT LIKE 'sqlite\_%' ESCAPE '\' ORDER BY name`)
	if err != nil {
		return "", err
	}
	defer rows.Close()
	var names []string
	for rows.Next() {
		var n string
		if err := rows.Scan(&n); err != nil {
			return "", err
		}
		names = append(names, n)
	}
	if err := rows.Err(); err != nil {
		return "", err
	}
	if len(names) != 1 {
		return "", fmt.Errorf("%w: the database has %d tables (%s): say which with --table, or a query with --query", source.ErrOption, len(names), strings.Join(names, ", "))
	}
	return names[0], nil
}

func create(ctx context.Context, name string, columns []source.Column, o source.SinkOptions) (source.Sink, error) {
	file, query, table, err := parse(name, "", o.Table)
	if err != nil {
		return nil, err
	}
	if query != "" {
		return nil, fmt.Errorf("%w: a query cannot be written to", source.ErrOption)
	}
	o.Table = table
	d, err := dsn(file, "rwc")
	if err != nil {
		return nil, err
	}
	db, err := sql.Open("sqlite", d)
	if err != nil {
		return nil, err
	}
	s, err := sqltable.Create(ctx, db, columns, o, sqltable.Dialect{Type: columnType, Value: value, Parameter: func(n int) string { return fmt.Sprintf("?%d", n) }})
	if err != nil {
		return nil, errors.Join(err, db.Close())
	}
	return s, nil
}

func columnType(c source.Column) (string, error) {
	switch c.Type {
	case source.StringType:
		return "TEXT", nil
	case source.IntType:
		return "INTEGER", nil
	case source.FloatType:
		return "REAL", nil
	}
	return "BLOB", nil
}

// value converts v for the driver: a vector to its bytes.
func value(c source.Column, v any) (any, error) {
	switch v := v.(type) {
	case []float32:
		if len(v) != c.Dim {
			return nil, fmt.Errorf("a vector of %d, want %d", len(v), c.Dim)
		}
		out := make([]byte, 0, 4*len(v))
		for i, x := range v {
			if c.Type == source.Float32Type {
				out = binary.LittleEndian.AppendUint32(out, math.Float32bits(x))
				continue
			}
			h := safetensors.Float16Bits(x)
			if h&0x7c00 == 0x7c00 && x-x == 0 {
				return nil, fmt.Errorf("element %d is beyond half precision", i)
			}
			out = binary.LittleEndian.AppendUint16(out, h)
		}
		return out, nil
	case []int8:
		if len(v) != c.Dim {
			return nil, fmt.Errorf("a vector of %d, want %d", len(v), c.Dim)
		}
		out := make([]byte, len(v))
		for i, x := range v {
			out[i] = byte(x)
		}
		return out, nil
	}
	return v, nil
}
