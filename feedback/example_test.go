package feedback_test

import (
	"context"
	"fmt"
	"strings"

	"gonum.org/v1/gonum/mat"

	"github.com/seed-56ee9438/cohort/feedback"
)

// Two kinds of users differ in the second feature; the first, in which they differ
// more, says nothing. Those whom people have put into segments teach that, and
// those who are held out judge it.
func ExampleSplit() {
	ctx := context.Background()
	var said []string
	var users []string
	x := mat.NewDense(40, 3, nil)
	for i := range 40 {
		users = append(users, fmt.Sprint("u", i))
		x.SetRow(i, []float64{float64(i%7-3) / 2, float64(i%2) - 0.5, 1})
		if i < 24 {
			said = append(said, fmt.Sprintf(`{"user": "u%d", "segment": "%s"}`, i, []string{"phones", "hotels"}[i%2]))
		}
	}
	f, err := feedback.Read(strings.NewReader(`{"version": 1, "assign": [` + strings.Join(said, ",") + `]}`))
	if err != nil {
		fmt.Println(err)
		return
	}
	c, err := f.Constraints(users)
	if err != nil {
		fmt.Println(err)
		return
	}
	held, err := feedback.Split(c, feedback.Options{K: 2})
	if err != nil {
		fmt.Println(err)
		return
	}
	w, err := feedback.Fit(ctx, x, held.Learn, feedback.Metric{Power: 0.5})
	if err != nil {
		fmt.Println(err)
		return
	}
	y, err := feedback.Map(x, w)
	if err != nil {
		fmt.Println(err)
		return
	}
	before, err := held.Plain(ctx, x)
	if err != nil {
		fmt.Println(err)
		return
	}
	after, err := held.Plain(ctx, y)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Printf("%d constraints held out, satisfied %.0f %% before, %.0f %% after: better %v\n", after.Pairs(), 100*before.Share(), 100*after.Share(), after.Above(before))
	// Output:
	// 15 constraints held out, satisfied 55 % before, 100 % after: better true
}
