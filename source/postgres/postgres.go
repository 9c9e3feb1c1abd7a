// Package postgres lets package source read and write PostgreSQL databases.
//
// Import it for its side effect:
//
//	import _ "github.com/seed-56ee9438/cohort/source/postgres"
//
// A source is postgres://user:password@host/database, with libpq's options
// after a question mark, and a table or a query given by Options.Table or
// Options.Query. Missing parts are taken from the PG environment variables and
// ~/.pgpass. Reading uses read-only transactions. Vectors are written as
// pgvector's vector (halfvec in half precision) if the database has the
// extension, otherwise as arrays: real[], and smallint[] for int8.
package postgres

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"math"
	"strconv"
	"strings"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/stdlib"

	"github.com/seed-56ee9438/cohort/internal/sqltable"
	"github.com/seed-56ee9438/cohort/source"
)

// Format is the name of the format.
const Format source.Format = "postgres"

func init() {
	source.Register(source.Driver{Format: Format, Schemes: []string{"postgres", "postgresql"}, Open: open, Create: create})
}

// connect opens a database; readOnly makes it refuse writes.
func connect(ctx context.Context, name string, readOnly bool) (*sql.DB, error) {
	c, err := pgx.ParseConfig(name)
	if err != nil {
		return nil, fmt.Errorf("%w: the name is not postgres://user@host/database", source.ErrOption) // the original error may contain the password
	}
	if readOnly {
		c.RuntimeParams["default_transaction_read_only"] = "on"
	}
	db := stdlib.OpenDB(*c)
	if err := db.PingContext(ctx); err != nil {
		return nil, errors.Join(plain(err), db.Close())
	}
	return db, nil
}

// plain returns an error of the server without its details, which may quote a
// row.
func plain(err error) error {
	var pg *pgconn.PgError
	if errors.As(err, &pg) {
		return fmt.Errorf("%s (SQLSTATE %s)", pg.Message, pg.Code)
	}
	return err
}

func open(ctx context.Context, name string, o source.DriverOptions) (source.Table, error) {
	query := o.Query
	switch {
	case query == "" && o.Table == "":
		return nil, fmt.Errorf("%w: say what to read with --table or --query", source.ErrOption)
	case query == "":
		query = "SELECT * FROM " + sqltable.QuoteTable(o.Table)
	}
	db, err := connect(ctx, name, true)
	if err != nil {
		return nil, err
	}
	t, err := sqltable.Open(ctx, db, query)
	if err != nil {
		return nil, errors.Join(plain(err), db.Close())
	}
	t.Parameter = parameter
	return t, nil
}

func parameter(n int) string { return fmt.Sprintf("$%d", n) }

func create(ctx context.Context, name string, columns []source.Column, o source.SinkOptions) (source.Sink, error) {
	db, err := connect(ctx, name, false)
	if err != nil {
		return nil, err
	}
	types, err := vectorTypes(ctx, db)
	if err != nil {
		return nil, errors.Join(plain(err), db.Close())
	}
	s, err := sqltable.Create(ctx, db, columns, o, sqltable.Dialect{
		Type:      types.column,
		Value:     types.value,
		Parameter: parameter,
		Expression: func(c source.Column, p string) string {
			t, _ := types.column(c)
			return p + "::" + t
		},
	})
	if err != nil {
		return nil, errors.Join(plain(err), db.Close())
	}
	return s, nil
}

// vectors reports which of pgvector's types a database has.
type vectors struct{ full, half bool }

func vectorTypes(ctx context.Context, db *sql.DB) (v vectors, err error) {
	rows, err := db.QueryContext(ctx, "SELECT typname FROM pg_type WHERE typname IN ('vector', 'halfvec') AND pg_type_is_visible(oid)")
	if err != nil {
		return v, err
	}
	defer rows.Close()
	for rows.Next() {
		var name string
		if err := rows.Scan(&name); err != nil {
			return v, err
		}
		v.full = v.full || name == "vector"
		v.half = v.half || name == "halfvec"
	}
	return v, rows.Err()
}

// mostDims is the maximum number of dimensions of pgvector's types.
const mostDims = 16000

func (t vectors) column(c source.Column) (string, error) {
	switch c.Type {
	case source.StringType:
		return "text", nil
	case source.IntType:
		return "bigint", nil
	case source.FloatType:
		return "double precision", nil
	case source.Int8Type:
		return "smallint[]", nil
	}
	switch {
	case c.Dim > mostDims:
	case c.Type == source.Float16Type && t.half:
		return fmt.Sprintf("halfvec(%d)", c.Dim), nil
	case t.full:
		return fmt.Sprintf("vector(%d)", c.Dim), nil
	}
	return "real[]", nil
}

// value converts v for the server: a vector to the text form of its type.
func (t vectors) value(c source.Column, v any) (any, error) {
	var parts []string
	switch v := v.(type) {
	case string:
		return strings.ReplaceAll(strings.ToValidUTF8(v, "\ufffd"), "\x00", "\ufffd"), nil // text may not contain NUL
	case []float32:
		for i, x := range v {
			if x-x != 0 {
				return nil, fmt.Errorf("element %d is %v", i, x)
			}
			parts = append(parts, strconv.FormatFloat(float64(x), 'g', -1, 32))
		}
	case []int8:
		for _, x := range v {
			parts = append(parts, strconv.Itoa(int(x)))
		}
	case float64:
		if math.IsNaN(v) || math.IsInf(v, 0) {
			return strconv.FormatFloat(v, 'g', -1, 64), nil
		}
		return v, nil
	default:
		return v, nil
	}
	if len(parts) != c.Dim {
		return nil, fmt.Errorf("a vector of %d, want %d", len(parts), c.Dim)
	}
	list := strings.Join(parts, ",")
	if name, _ := t.column(c); strings.HasSuffix(name, ")") {
		return "[" + list + "]", nil
	}
	return "{" + list + "}", nil
}
