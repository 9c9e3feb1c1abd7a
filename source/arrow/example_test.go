package arrow_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"

	"github.com/seed-56ee9438/cohort/source"
	_ "github.com/seed-56ee9438/cohort/source/arrow"
)

// With the driver imported, package source writes and reads the format by name.
func Example() {
	dir, err := os.MkdirTemp("", "example")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer os.RemoveAll(dir)
	ctx, name := context.Background(), filepath.Join(dir, "reviews.arrow")
	columns := []source.Column{{Name: "user", Type: source.StringType}, {Name: "text", Type: source.StringType}}
	out, err := source.Create(ctx, name, columns, source.SinkOptions{})
	if err != nil {
		fmt.Println(err)
		return
	}
	defer out.Abort() // after Commit it does nothing
	if err := out.Write([]any{"ann", "The battery died."}); err != nil {
		fmt.Println(err)
		return
	}
	if err := out.Commit(); err != nil {
		fmt.Println(err)
		return
	}

	in, err := source.Open(ctx, name, source.Options{})
	if err != nil {
		fmt.Println(err)
		return
	}
	defer in.Close()
	for row, err := range in.Rows(ctx) {
		fmt.Println(row.User, row.Text, err)
	}
	// Output: ann The battery died. <nil>
}
