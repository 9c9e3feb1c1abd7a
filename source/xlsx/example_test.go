package xlsx_test

import (
	"context"
	"fmt"

	"github.com/seed-56ee9438/cohort/source"
	_ "github.com/seed-56ee9438/cohort/source/xlsx"
)

// With the driver imported, package source reads workbooks by name.
func Example() {
	ctx := context.Background()
	in, err := source.Open(ctx, "reviews.xlsx", source.Options{Table: "2024", TextColumn: "review"})
	if err != nil {
		fmt.Println(err)
		return
	}
	defer in.Close()
	for row, err := range in.Rows(ctx) {
		fmt.Println(row.User, row.Text, err)
	}
}
