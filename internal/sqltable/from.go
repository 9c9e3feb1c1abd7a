package sqltable

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"strconv"
	"strings"

	"github.com/seed-56ee9438/cohort/source"
)

// From implements source.Follower.
func (t *Table) From(ctx context.Context, key string, from *source.Key, limit int) iter.Seq2[source.Record, error] {
	return func(yield func(source.Record, error) bool) {
		query := "SELECT * FROM (" + t.inner() + ") AS followed WHERE " + Quote(key)
		var args []any
		if from == nil {
			query += " IS NOT NULL"
		} else {
			query += " >= " + t.parameter(1)
			args = append(args, from.Value())
		}
		query += " ORDER BY " + Quote(key) + " LIMIT " + strconv.Itoa(limit)
		if err := t.rows(ctx, yield, query, args...); err != nil && !errors.Is(err, errStopped) {
			yield(source.Record{}, err)
		}
	}
}

// Largest implements source.Follower.
func (t *Table) Largest(ctx context.Context, key string) (*source.Key, error) {
	rows, err := t.DB.QueryContext(ctx, "SELECT "+Quote(key)+" FROM ("+t.inner()+") AS followed WHERE "+Quote(key)+" IS NOT NULL ORDER BY "+Quote(key)+" DESC LIMIT 1")
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	types, err := rows.ColumnTypes()
	if err != nil {
		return nil, err
	}
	if !rows.Next() {
		return nil, rows.Err()
	}
	var v any
	if err := rows.Scan(&v); err != nil {
		return nil, err
	}
	f := source.Field{Name: key}
	f.Value, f.Kind = value(v, types[0].DatabaseTypeName())
	if f.Kind == source.Time && t.Parameter == nil {
		return nil, fmt.Errorf("column %q: %w: SQLite has no type of times", key, source.ErrKey)
	}
	k, err := source.KeyOf(f)
	if err != nil {
		return nil, err
	}
	return &k, rows.Err()
}

// inner is the query for use within another.
func (t *Table) inner() string { return strings.TrimRight(t.Query, "; \t\r\n") }

func (t *Table) parameter(n int) string {
	if t.Parameter != nil {
		return t.Parameter(n)
	}
	return "?" + strconv.Itoa(n)
}
