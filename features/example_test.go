package features_test

import (
	"fmt"

	"github.com/seed-56ee9438/cohort/features"
)

func Example() {
	columns := append(features.Named("plan"), features.RFM("date", "amount")...)
	c := features.NewCollector(columns)
	for _, r := range []struct {
		user               int
		plan, date, amount string
	}{
		{0, "pro", "2024-05-01", "20"},
		{0, "pro", "2024-05-20", "35"},
		{1, "free", "2024-01-07", "5"},
		{2, "free", "2024-02-11", ""},
	} {
		values := map[string]string{"plan": r.plan, "date": r.date, "amount": r.amount}
		c.Add(r.user, func(column string) (string, bool) { v, ok := values[column]; return v, ok })
	}
	users := c.Table()
	e, err := features.Fit(users, features.Options{Columns: columns}, nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, f := range e.Features {
		fmt.Println(f.Name, f.Levels, f.Median)
	}
	x, err := e.Transform(users)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(x.Dims())
	// Output:
	// plan [free pro] 0
	// recency [] 99
	// frequency [] 1
	// monetary [] 30
	// 3 6
}
