// Command tune segments users again after people have said which of them belong
// together. By their texts alone, users are grouped by product. People want to
// see who is happy and who needs help, and say so of two thirds of the users.
package main

import (
	"context"
	"fmt"
	"log"
	"slices"
	"strings"

	"gonum.org/v1/gonum/mat"

	"github.com/seed-56ee9438/cohort"
	"github.com/seed-56ee9438/cohort/bert"
	"github.com/seed-56ee9438/cohort/bert/minilm"
	"github.com/seed-56ee9438/cohort/feedback"
)

var texts = []cohort.Text{
	{User: "ann", Text: "This phone is great, I love it."},
	{User: "bob", Text: "The phone is broken and I want my money back."},
	{User: "cem", Text: "What a wonderful hotel, we will come again."},
	{User: "dai", Text: "The hotel was awful, I want a refund."},
	{User: "eva", Text: "A very good phone, I am delighted."},
	{User: "fay", Text: "Terrible phone, it stopped working after a day."},
	{User: "gus", Text: "We loved every minute at this hotel."},
	{User: "hal", Text: "A terrible hotel, dirty and loud."},
	{User: "ida", Text: "Best phone that I ever had."},
	{User: "jon", Text: "I am angry: the phone does not work."},
	{User: "kim", Text: "The best hotel in town, great staff."},
	{User: "lee", Text: "Never again this hotel, nothing worked."},
	{User: "max", Text: "My new phone is fantastic, I recommend it."},
	{User: "nia", Text: "The worst phone, send me my money."},
	{User: "oda", Text: "I recommend this hotel, it was fantastic."},
	{User: "pia", Text: "The worst hotel, they should pay us back."},
	{User: "que", Text: "I am so happy with this phone."},
	{User: "ron", Text: "Phone arrived dead, a bad joke."},
	{User: "sue", Text: "Happy days in a lovely hotel."},
	{User: "tom", Text: "A bad hotel, I complained twice."},
	{User: "una", Text: "Excellent phone, five stars."},
	{User: "vic", Text: "This phone is useless, no stars."},
	{User: "wes", Text: "Excellent hotel, five stars."},
	{User: "xia", Text: "Useless staff in this hotel, no stars."},
}

// said is a file as cohort tune --edits reads it.
const said = `{"version": 1,
 "must_link": [["ann", "cem"], ["bob", "dai"], ["eva", "gus"], ["fay", "hal"], ["max", "oda"], ["nia", "pia"]],
 "cannot_link": [["ann", "bob"], ["cem", "dai"], ["eva", "fay"], ["gus", "hal"], ["ann", "fay"], ["max", "nia"], ["oda", "pia"]],
 "assign": [{"user": "ida", "segment": "happy"}, {"user": "kim", "segment": "happy"},
            {"user": "jon", "segment": "in need of help"}, {"user": "lee", "segment": "in need of help"}],
 "seeds": [{"text": "Thank you, everything is perfect.", "segment": "happy"},
           {"text": "This does not work, please help.", "segment": "in need of help"}]}`

func main() {
	ctx := context.Background()
	model, err := minilm.Load(bert.Options{})
	if err != nil {
		log.Fatal(err)
	}
	defer model.Close()
	r, err := run(ctx, model)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Printf("held-out constraints satisfied: %.0f %%, with the others as constraints %.0f %%, in the learned metric %.0f %%\n",
		100*r.plain.Share(), 100*r.constrained.Share(), 100*r.tuned.Share())
	fmt.Println("user  before  after")
	for i, u := range r.users {
		fmt.Printf("%s   %d       %s\n", u, r.before[i], r.segments[r.after[i]])
	}
}

// retuned are the segments of users before and after people spoke of them, and
// how well the constraints that nothing was learned from are satisfied.
type retuned struct {
	users                     []string
	before, after             []int
	segments                  []string // the names of those of after
	plain, constrained, tuned feedback.Judged
}

func run(ctx context.Context, model *bert.Model) (*retuned, error) {
	opt := cohort.Options{Model: model, K: 2, MinUsers: 1, Bootstrap: -1}
	seg, err := cohort.Fit(ctx, cohort.Slice(texts), opt)
	if err != nil {
		return nil, err
	}
	r := new(retuned)
	for _, u := range seg.Segmentation().Users {
		r.users, r.before = append(r.users, u.ID), append(r.before, u.Segment)
	}
	f, err := feedback.Read(strings.NewReader(said))
	if err != nil {
		return nil, err
	}
	c, err := f.Constraints(r.users)
	if err != nil {
		return nil, err
	}
	x, err := vectors(ctx, model, seg, opt, r.users, f.Seeds)
	if err != nil {
		return nil, err
	}
	if x, err = learn(ctx, x, c, r); err != nil {
		return nil, err
	}
	found, err := feedback.Cluster(ctx, x, c, feedback.ClusterOptions{K: opt.K})
	if err != nil {
		return nil, err
	}
	r.after, r.segments = found.Labels[:c.Users], c.Segments
	return r, nil
}

// vectors returns those of the users and then of the seeds, as Constraints
// numbers them.
func vectors(ctx context.Context, model *bert.Model, seg *cohort.Segmenter, opt cohort.Options, want []string, seeds []feedback.Seed) (mat.Matrix, error) {
	users, x, err := seg.Vectors(ctx, cohort.Slice(texts), opt)
	if err != nil {
		return nil, err
	}
	if !slices.Equal(users, want) {
		return nil, fmt.Errorf("vectors are of users %v, want %v", users, want)
	}
	said := make([]string, len(seeds))
	for i, s := range seeds {
		said[i] = s.Text
	}
	y, err := model.Embed(ctx, said)
	if err != nil {
		return nil, err
	}
	var all mat.Dense
	all.Stack(x, y)
	return &all, nil
}

// learn returns x in a metric in which users who belong together are alike, or x
// as it is if that does not serve those whom it was not learned from.
// SaveMapped saves such a metric with the model.
func learn(ctx context.Context, x mat.Matrix, c *feedback.Constraints, r *retuned) (mat.Matrix, error) {
	held, err := feedback.Split(c, feedback.Options{K: 2, HeldOut: 0.3, Seed: 1})
	if err != nil {
		return nil, err
	}
	// More than the default power, as the product is to be forgotten.
	w, err := feedback.Fit(ctx, x, held.Learn, feedback.Metric{Power: 0.25})
	if err != nil {
		return nil, err
	}
	y, err := feedback.Map(x, w)
	if err != nil {
		return nil, err
	}
	if r.plain, err = held.Plain(ctx, x); err != nil {
		return nil, err
	}
	if r.constrained, err = held.Constrained(ctx, x); err != nil {
		return nil, err
	}
	if r.tuned, err = held.Constrained(ctx, y); err != nil {
		return nil, err
	}
	if !r.tuned.Above(r.constrained) {
		return x, nil
	}
	return y, nil
}
