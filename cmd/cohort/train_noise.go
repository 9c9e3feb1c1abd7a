package main

import (
	"context"
	"math/rand/v2"
	"strconv"
	"strings"

	"github.com/seed-56ee9438/cohort/bert"
	"github.com/seed-56ee9438/cohort/train"
)

// parseNoise reads kinds of errors and their rates.
func parseNoise(kinds []string) (n train.Noise, err error) {
	rates := map[string]*float64{"typing": &n.Typing, "spaces": &n.Spaces, "lookalikes": &n.LookAlikes, "homophones": &n.Homophones}
	for _, k := range kinds {
		name, text, _ := strings.Cut(k, "=")
		at := rates[name]
		if at == nil {
			return n, usagef("--noise holds %s, want typing, spaces, lookalikes or homophones, each with a rate, as in typing=0.2", shownValue(name))
		}
		rate, err := strconv.ParseFloat(text, 64)
		if err != nil || !(rate > 0 && rate <= 1) {
			return n, usagef("--noise has the rate %s of %s, want above 0 to 1", shownValue(text), name)
		}
		if *at != 0 {
			return n, usagef("--noise has %s twice", name)
		}
		*at = rate
	}
	return n, nil
}

// trainRobust trains on texts with errors; on those of the held-out texts the model
// is scored by how much of the vectors they keep.
func trainRobust(ctx context.Context, t *training) (*train.Result, error) {
	n := t.flags.errors
	loss := &train.Robust{Noise: n}
	return trainOn(ctx, t, loss, textOf, func(held []string) func(context.Context, *bert.Model) (float64, error) {
		r := rand.New(rand.NewPCG(t.options.Seed, 0x68656c64))
		var pairs []train.Pair
		for _, text := range held {
			noisy, err := n.Apply(text, r)
			if err != nil { // cannot be: the rates have been read
				return func(context.Context, *bert.Model) (float64, error) { return 0, err }
			}
			pairs = append(pairs, train.Pair{Anchor: text, Positive: noisy})
		}
		return train.Agreement(t.model, pairs)
	})
}
