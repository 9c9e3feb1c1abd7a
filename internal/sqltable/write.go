package sqltable

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/seed-56ee9438/cohort/source"
)

// Dialect is how a database differs from others.
type Dialect struct {
	// Type is the type of a column, for CREATE TABLE.
	Type func(source.Column) (string, error)
	// Value is a value as the database's driver takes it.
	Value func(source.Column, any) (any, error)
	// Parameter is the n-th of a statement, from 1.
	Parameter func(n int) string
	// Expression is the parameter of a column; nil: the parameter.
	Expression func(c source.Column, parameter string) string
}

// Sink writes rows into a table in one transaction.
type Sink struct {
	db      *sql.DB
	tx      *sql.Tx
	insert  *sql.Stmt
	ctx     context.Context
	d       Dialect
	columns []source.Column
	values  []any
}

// DefaultTable is the table that is written where none is named.
const DefaultTable = "cohort"

// Create begins a transaction that makes the table where it is not there, with the
// key as its primary key, and fills it: a row whose key is there takes the place of
// the earlier one. Ending the sink closes db.
func Create(ctx context.Context, db *sql.DB, columns []source.Column, o source.SinkOptions, d Dialect) (*Sink, error) {
	if o.Table == "" {
		o.Table = DefaultTable
	}
	tx, err := db.BeginTx(ctx, nil)
	if err != nil {
		return nil, err
	}
	s := &Sink{db: db, tx: tx, ctx: ctx, d: d, columns: columns, values: make([]any, len(columns))}
	if err := s.prepare(o); err != nil {
		return nil, errors.Join(err, tx.Rollback())
	}
	return s, nil
}

func (s *Sink) prepare(o source.SinkOptions) error {
	var made, names, parameters, updates []string
	keyed := o.Key == ""
	for i, c := range s.columns {
		t, err := s.d.Type(c)
		if err != nil {
			return fmt.Errorf("column %q: %w", c.Name, err)
		}
		name := Quote(c.Name)
		p := s.d.Parameter(i + 1)
		if s.d.Expression != nil {
			p = s.d.Expression(c, p)
		}
		names, parameters = append(names, name), append(parameters, p)
		if c.Name == o.Key {
			keyed = true
			t += " PRIMARY KEY"
		} else {
			updates = append(updates, name+" = excluded."+name)
		}
		made = append(made, name+" "+t)
	}
	if !keyed {
		return fmt.Errorf("%w: no column is called %q, which is the key", source.ErrSink, o.Key)
	}
	table := QuoteTable(o.Table)
	if _, err := s.tx.ExecContext(s.ctx, "CREATE TABLE IF NOT EXISTS "+table+" ("+strings.Join(made, ", ")+")"); err != nil {
		return fmt.Errorf("table %s: %w", o.Table, err)
	}
	stale, err := s.vary(table, o)
	if err != nil {
		return fmt.Errorf("table %s: %w", o.Table, err)
	}
	for _, c := range stale {
		updates = append(updates, Quote(c)+" = NULL")
	}
	insert := "INSERT INTO " + table + " (" + strings.Join(names, ", ") + ") VALUES (" + strings.Join(parameters, ", ") + ")"
	switch {
	case o.Key != "" && len(updates) > 0:
		insert += " ON CONFLICT (" + Quote(o.Key) + ") DO UPDATE SET " + strings.Join(updates, ", ")
	case o.Key != "":
		insert += " ON CONFLICT (" + Quote(o.Key) + ") DO NOTHING"
	}
	if s.insert, err = s.tx.PrepareContext(s.ctx, insert); err != nil {
		return fmt.Errorf("table %s: %w", o.Table, err)
	}
	return nil
}

// vary adds the columns to the table that it lacks, of those that vary, and
// returns those that it has and the sink does not.
func (s *Sink) vary(table string, o source.SinkOptions) (stale []string, err error) {
	if o.Varies == nil {
		return nil, nil
	}
	rows, err := s.tx.QueryContext(s.ctx, "SELECT * FROM "+table+" WHERE 1 = 0")
	if err != nil {
		return nil, err
	}
	have, err := rows.Columns()
	if err = errors.Join(err, rows.Close()); err != nil {
		return nil, err
	}
	for _, c := range have {
		if o.Varies(c) && !slices.ContainsFunc(s.columns, func(own source.Column) bool { return own.Name == c }) {
			stale = append(stale, c)
		}
	}
	for _, c := range s.columns {
		if !o.Varies(c.Name) || slices.Contains(have, c.Name) {
			continue
		}
		t, err := s.d.Type(c)
		if err != nil {
			return nil, fmt.Errorf("column %q: %w", c.Name, err)
		}
		if _, err := s.tx.ExecContext(s.ctx, "ALTER TABLE "+table+" ADD COLUMN "+Quote(c.Name)+" "+t); err != nil {
			return nil, fmt.Errorf("column %q: %w", c.Name, err)
		}
	}
	return stale, nil
}

// Write implements source.Sink.
func (s *Sink) Write(row []any) error {
	for i, c := range s.columns {
		v, err := s.d.Value(c, row[i])
		if err != nil {
			return fmt.Errorf("column %q: %w", c.Name, err)
		}
		s.values[i] = v
	}
	_, err := s.insert.ExecContext(s.ctx, s.values...)
	return err
}

// Commit implements source.Sink.
func (s *Sink) Commit() error {
	if s.tx == nil {
		return nil
	}
	tx := s.tx
	s.tx = nil
	return errors.Join(tx.Commit(), s.db.Close())
}

// Abort implements source.Sink.
func (s *Sink) Abort() error {
	if s.tx == nil {
		return nil
	}
	tx := s.tx
	s.tx = nil
	return errors.Join(tx.Rollback(), s.db.Close())
}
