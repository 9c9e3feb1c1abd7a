package postgres_test

import (
	"context"
	"fmt"

	"github.com/seed-56ee9438/cohort/source"
	_ "github.com/seed-56ee9438/cohort/source/postgres"
)

// The password comes from PGPASSWORD or ~/.pgpass.
func Example() {
	ctx := context.Background()
	in, err := source.Open(ctx, "postgres://reader@localhost/shop", source.Options{Query: "SELECT user_id, body FROM reviews", UserColumn: "user_id", TextColumn: "body"})
	if err != nil {
		fmt.Println(err)
		return
	}
	defer in.Close()
	for row, err := range in.Rows(ctx) {
		fmt.Println(row.User, row.Text, err)
	}
}
