// Command train makes a classifier of requests from six labelled texts a class:
// it tunes the encoder to them, saves it, loads it again and labels new texts.
package main

import (
	"context"
	"errors"
	"fmt"
	"log"
	"os"
	"path/filepath"

	"github.com/seed-56ee9438/cohort/bert"
	"github.com/seed-56ee9438/cohort/bert/minilm"
	"github.com/seed-56ee9438/cohort/train"
)

var labelled = []train.Labelled{
	{Text: "freeze my account please", Label: "freeze"},
	{Text: "can you put a hold on my bank account", Label: "freeze"},
	{Text: "block my account right now", Label: "freeze"},
	{Text: "i need to stop all activity on my account", Label: "freeze"},
	{Text: "lock the account until i call again", Label: "freeze"},
	{Text: "is there a way to freeze an account", Label: "freeze"},
	{Text: "i want a new pin", Label: "pin"},
	{Text: "how can i change the pin of my card", Label: "pin"},
	{Text: "i forgot the code of my card", Label: "pin"},
	{Text: "please reset my pin number", Label: "pin"},
	{Text: "the cash machine says my pin is wrong", Label: "pin"},
	{Text: "where do i set another pin", Label: "pin"},
	{Text: "when do i have to pay the electricity bill", Label: "bill"},
	{Text: "what do i owe on my bill", Label: "bill"},
	{Text: "pay my water bill from checking", Label: "bill"},
	{Text: "is my phone bill due this week", Label: "bill"},
	{Text: "how much is the gas bill", Label: "bill"},
	{Text: "i would like to pay a bill", Label: "bill"},
}

// None of these was learned from.
var asked = []string{
	"somebody stole my purse, nothing may leave my account",
	"those four digits have slipped my mind",
	"what do i have to pay for heating this month",
}

func main() {
	ctx := context.Background()
	temp, err := os.MkdirTemp("", "train")
	if err != nil {
		log.Fatal(err)
	}
	err = run(ctx, filepath.Join(temp, "requests"))
	if err := errors.Join(err, os.RemoveAll(temp)); err != nil {
		log.Fatal(err)
	}
}

func run(ctx context.Context, dir string) error {
	if err := learn(ctx, dir); err != nil {
		return err
	}
	c, err := train.LoadClassifier(dir, bert.Options{})
	if err != nil {
		return err
	}
	defer c.Model.Close()
	predictions, err := c.Classify(ctx, asked)
	if err != nil {
		return err
	}
	for i, p := range predictions {
		fmt.Printf("%-6s %3.0f %%  %s\n", p.Label, 100*p.Probability, asked[i])
	}
	return nil
}

// learn tunes a classifier and saves it to dir, which then is a model like any
// other: also for --model of the command, and for Python's sentence-transformers.
func learn(ctx context.Context, dir string) error {
	model, err := minilm.Load(bert.Options{})
	if err != nil {
		return err
	}
	defer model.Close()
	c, err := train.FewLabels(ctx, model, labelled, train.FewLabelsOptions{Tune: train.Options{
		Epochs: 8, LearningRate: 1e-4, // few texts make few steps, hence more of both than usual
		Progress: func(p train.Progress) {
			fmt.Printf("step %d of %d, loss %.2f\n", p.Step, p.Steps, p.Loss)
		},
	}})
	if err != nil {
		return err
	}
	defer c.Model.Close()
	return c.Save(dir)
}
