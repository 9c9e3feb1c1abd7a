package train_test

import (
	"context"
	"fmt"
	"iter"

	"github.com/seed-56ee9438/cohort/bert"
	"github.com/seed-56ee9438/cohort/train"
)

// Tune a model so that questions are close to their answers, with adapters of low
// rank, and keep the state that finds most of the answers.
func ExampleRun() {
	m, err := bert.Load("../bert/testdata/models/bert", bert.Options{})
	if err != nil {
		fmt.Println(err)
		return
	}
	defer m.Close()
	pairs := []train.Pair{
		{Anchor: "is the hotel good", Positive: "the best hotel in paris"},
		{Anchor: "why is it slow", Positive: "the battery is broken"},
		{Anchor: "which phone", Positive: "one with a good screen"},
	}
	var examples iter.Seq2[train.Pair, error] = func(yield func(train.Pair, error) bool) {
		for _, p := range pairs {
			if !yield(p, nil) {
				return
			}
		}
	}
	r, err := train.Run(context.Background(), m, examples, &train.MultipleNegatives{}, train.Options{
		Epochs: 40, LearningRate: 1e-2, Adapters: &bert.AdapterOptions{Rank: 4},
		Score: train.PairAccuracy(pairs), ScoreEvery: 10,
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(r.Steps, "steps,", len(r.Scores), "scores")
	fmt.Println("the loss fell:", r.Losses[39] < r.Losses[0])
	// Output:
	// 40 steps, 5 scores
	// the loss fell: true
}
