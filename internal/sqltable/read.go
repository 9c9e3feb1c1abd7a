// Package sqltable reads and writes tables of databases by database/sql, for the
// drivers of package source.
package sqltable

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"iter"
	"strconv"
	"strings"
	"time"

	"github.com/seed-56ee9438/cohort/source"
)

// Table is what a query of a database gives.
type Table struct {
	DB      *sql.DB
	Query   string
	columns []string

	// Parameter is the n-th of a query, from 1; nil: as SQLite writes it.
	Parameter func(n int) string
}

// Quote quotes a name as standard SQL does.
func Quote(name string) string { return `"` + strings.ReplaceAll(name, `"`, `""`) + `"` }

// QuoteTable quotes the name of a table that may be in a schema.
func QuoteTable(name string) string {
	parts := strings.Split(name, ".")
	for i, p := range parts {
		parts[i] = Quote(p)
	}
	return strings.Join(parts, ".")
}

// Open asks for the columns. Closing the table closes db.
func Open(ctx context.Context, db *sql.DB, query string) (*Table, error) {
	t := &Table{DB: db, Query: query}
	rows, err := db.QueryContext(ctx, query)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	if t.columns, err = rows.Columns(); err != nil {
		return nil, err
	}
	return t, nil
}

// Columns implements source.Table.
func (t *Table) Columns() []string { return t.columns }

// Close implements source.Table.
func (t *Table) Close() error { return t.DB.Close() }

// Records implements source.Table: each range asks the query again.
func (t *Table) Records(ctx context.Context) iter.Seq2[source.Record, error] {
	return func(yield func(source.Record, error) bool) {
		if err := t.rows(ctx, yield, t.Query); err != nil && !errors.Is(err, errStopped) {
			yield(source.Record{}, err)
		}
	}
}

var errStopped = errors.New("stopped")

// rows yields the records of a query.
func (t *Table) rows(ctx context.Context, yield func(source.Record, error) bool, query string, args ...any) error {
	rows, err := t.DB.QueryContext(ctx, query, args...)
	if err != nil {
		return err
	}
	defer rows.Close()
	types, err := rows.ColumnTypes()
	if err != nil {
		return err
	}
	values, at := make([]any, len(t.columns)), make([]any, len(t.columns))
	for i := range values {
		at[i] = &values[i]
	}
	for n := 1; rows.Next(); n++ {
		if err := rows.Scan(at...); err != nil {
			return fmt.Errorf("row %d: %w", n, err)
		}
		rec := source.Record{Line: n, Fields: make([]source.Field, len(values))}
		for i, v := range values {
			f := &rec.Fields[i]
			f.Name = t.columns[i]
			f.Value, f.Kind = value(v, types[i].DatabaseTypeName())
		}
		if !yield(rec, nil) {
			return errStopped
		}
	}
	return rows.Err()
}

// value is a value of the database as a field has it.
func value(v any, databaseType string) (string, source.Kind) {
	switch v := v.(type) {
	case nil:
		return "", source.Null
	case string:
		return text(v, databaseType)
	case []byte:
		return text(string(v), databaseType)
	case bool:
		return strconv.FormatBool(v), source.Bool
	case int64:
		return strconv.FormatInt(v, 10), source.Number
	case float64:
		return strconv.FormatFloat(v, 'g', -1, 64), source.Number
	case float32:
		return strconv.FormatFloat(float64(v), 'g', -1, 32), source.Number
	case time.Time:
		return v.UTC().Format(time.RFC3339Nano), source.Time
	}
	return fmt.Sprint(v), source.String
}

// text is a value given as text, of a type whose name may tell that it is more.
func text(v, databaseType string) (string, source.Kind) {
	v = strings.ToValidUTF8(v, "\ufffd")
	switch strings.ToUpper(databaseType) {
	case "NUMERIC", "DECIMAL":
		if _, err := strconv.ParseFloat(v, 64); err == nil {
			return v, source.Number
		}
	case "JSON", "JSONB":
		t := strings.TrimSpace(v)
		if json.Valid([]byte(v)) && (strings.HasPrefix(t, "{") || strings.HasPrefix(t, "[")) {
			return t, source.Group
		}
	}
	return v, source.String
}
