package source_test

import (
	"context"
	"fmt"
	"log"
	"os"
	"path/filepath"

	"github.com/seed-56ee9438/cohort/source"
)

func ExampleOpen() {
	dir, err := os.MkdirTemp("", "")
	if err != nil {
		log.Fatal(err)
	}
	defer os.RemoveAll(dir)
	path := filepath.Join(dir, "reviews.csv")
	if err := os.WriteFile(path, []byte("customer;review;stars\nann;Sharp pictures;5\nbob;\"Empty by noon; again\";1/5\n"), 0o666); err != nil {
		log.Fatal(err)
	}

	ctx := context.Background()
	s, err := source.Open(ctx, path, source.Options{TextColumn: "review", UserColumn: "customer", RatingColumn: "stars"})
	if err != nil {
		log.Fatal(err)
	}
	defer s.Close()
	for row, err := range s.Rows(ctx) {
		if err != nil {
			log.Fatal(err)
		}
		fmt.Printf("%s (%v): %s\n", row.User, row.Rating, row.Text)
	}
	stats := s.Stats()
	fmt.Printf("%d rows, delimited by %q\n", stats.Rows, stats.Delimiter)
	// Output:
	// ann (5): Sharp pictures
	// bob (1): Empty by noon; again
	// 2 rows, delimited by ";"
}
