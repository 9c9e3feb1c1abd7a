// Command sqlite segments the users of a SQLite table. It is a separate module,
// so that the other examples do not depend on a database.
//
// Package cohort reads the sequence of texts more than once: here each pass is
// a query, always in the same order.
package main

import (
	"context"
	"database/sql"
	"fmt"
	"iter"
	"log"

	_ "modernc.org/sqlite"

	"github.com/seed-56ee9438/cohort"
	"github.com/seed-56ee9438/cohort/bert"
	"github.com/seed-56ee9438/cohort/bert/minilm"
)

func main() {
	ctx := context.Background()
	db, err := reviews(ctx)
	if err != nil {
		log.Fatal(err)
	}
	defer db.Close()
	if err := segment(ctx, db); err != nil {
		log.Fatal(err)
	}
}

func segment(ctx context.Context, db *sql.DB) error {
	model, err := minilm.Load(bert.Options{})
	if err != nil {
		return err
	}
	texts := rows(ctx, db, "SELECT customer, body FROM review ORDER BY id")
	seg, err := cohort.Segment(ctx, texts, cohort.Options{Model: model, K: 3, MinUsers: 1})
	if err != nil {
		return err
	}
	for _, p := range seg.Segments {
		fmt.Printf("segment %d, %s: %d users\n", p.ID, p.Name, p.Users)
	}
	return nil
}

// rows ranges over the texts of a query, which it runs anew each time.
func rows(ctx context.Context, db *sql.DB, query string) iter.Seq2[cohort.Text, error] {
	return func(yield func(cohort.Text, error) bool) {
		found, err := db.QueryContext(ctx, query)
		if err != nil {
			yield(cohort.Text{}, err)
			return
		}
		defer found.Close()
		for found.Next() {
			var t cohort.Text
			if err := found.Scan(&t.User, &t.Text); err != nil {
				yield(t, err)
				return
			}
			if !yield(t, nil) {
				return
			}
		}
		if err := found.Err(); err != nil {
			yield(cohort.Text{}, err)
		}
	}
}

// reviews creates an in-memory database to read from.
func reviews(ctx context.Context) (*sql.DB, error) {
	db, err := sql.Open("sqlite", ":memory:")
	if err != nil {
		return nil, err
	}
	db.SetMaxOpenConns(1) // every connection would have a separate memory
	if _, err := db.ExecContext(ctx, "CREATE TABLE review (id INTEGER PRIMARY KEY, customer TEXT NOT NULL, body TEXT NOT NULL)"); err != nil {
		return nil, err
	}
	for _, r := range [][2]string{
		{"ann", "The camera takes sharp pictures, even at night."}, {"ann", "I love the lens and the zoom."},
		{"bob", "The battery is empty after two hours."}, {"bob", "It has to be charged all the time."},
		{"cem", "My parcel came two weeks late."}, {"dai", "Great photos, the flash is bright."},
		{"eva", "The charger broke and the battery died."}, {"fay", "Shipping was slow and the box was torn."},
	} {
		if _, err := db.ExecContext(ctx, "INSERT INTO review (customer, body) VALUES (?, ?)", r[0], r[1]); err != nil {
			return nil, err
		}
	}
	return db, nil
}
