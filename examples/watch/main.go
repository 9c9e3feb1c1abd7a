// Command watch follows a file of reviews as it grows: after some weeks like
// those before, users begin to write about invoices, which is no segment.
package main

import (
	"context"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"io"
	"log"
	"math/rand/v2"
	"os"
	"path/filepath"

	"github.com/seed-56ee9438/cohort"
	"github.com/seed-56ee9438/cohort/bert"
	"github.com/seed-56ee9438/cohort/bert/minilm"
	"github.com/seed-56ee9438/cohort/source"
	"github.com/seed-56ee9438/cohort/watch"
)

// What users write about.
var topics = [][]string{
	{"The battery is empty by noon.", "It has to be charged twice a day.", "The battery drains overnight.", "It died after an hour."},
	{"The camera takes sharp pictures.", "Great photos, even at night.", "I love the lens and the zoom.", "The flash is far too weak."},
	{"The parcel came a week late.", "The box was torn when it arrived.", "Shipping took forever.", "The courier lost my parcel."},
	{"I was charged twice on my invoice.", "Where is the refund for the invoice of March?", "The invoice shows a wrong amount.", "No refund on my bank statement yet."},
}

func main() {
	dir, err := os.MkdirTemp("", "watch")
	if err == nil {
		err = run(context.Background(), filepath.Join(dir, "reviews.csv"))
		os.RemoveAll(dir)
	}
	if err != nil {
		log.Fatal(err)
	}
}

func run(ctx context.Context, path string) error {
	model, err := minilm.Load(bert.Options{})
	if err != nil {
		return err
	}
	r := rand.New(rand.NewPCG(1, 1))
	segmenter, err := cohort.Fit(ctx, cohort.Slice(written(r, 60, 3)), cohort.Options{Model: model, K: 3, Bootstrap: -1})
	if err != nil {
		return err
	}
	feed, err := watch.NewTail(path, source.Options{}, nil)
	if err != nil {
		return err
	}
	defer feed.Close()
	lines, out := io.Pipe()
	w, err := watch.New(ctx, watch.Options{
		Segmenter: segmenter, Model: model, Feed: feed, Out: out,
		Window: 50, WarmUp: 6, Once: true, // another look would be taken with Run
	})
	if err != nil {
		return err
	}
	defer w.Close()
	ended := make(chan error, 1)
	go func() { ended <- show(lines) }()
	for week := range 12 {
		subjects := 3
		if week >= 9 {
			subjects = 4
		}
		if err := grow(path, written(r, 50, subjects)); err != nil {
			return err
		}
		if err := w.Run(ctx); err != nil {
			return err
		}
	}
	out.Close()
	return <-ended
}

// written is what n users write about the first subjects.
func written(r *rand.Rand, n, subjects int) (out []cohort.Text) {
	for range n {
		said := topics[r.IntN(subjects)]
		out = append(out, cohort.Text{User: fmt.Sprintf("user%d", r.IntN(1e6)), Text: said[r.IntN(len(said))]})
	}
	return out
}

// grow appends texts to a file.
func grow(path string, texts []cohort.Text) error {
	f, err := os.OpenFile(path, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	defer f.Close()
	c := csv.NewWriter(f)
	if info, err := f.Stat(); err == nil && info.Size() == 0 {
		_ = c.Write([]string{"user", "text"})
	}
	for _, t := range texts {
		_ = c.Write([]string{t.User, t.Text})
	}
	c.Flush()
	return c.Error()
}

// show prints a line for each window, and what alerts say.
func show(lines io.Reader) error {
	d := json.NewDecoder(lines)
	for {
		var raw json.RawMessage
		if err := d.Decode(&raw); err == io.EOF {
			return nil
		} else if err != nil {
			return err
		}
		var w watch.Window
		var a watch.Alert
		if err := json.Unmarshal(raw, &w); err != nil {
			return err
		}
		switch w.Type {
		case "window":
			fmt.Printf("window %2d: %d users, %d alerts\n", w.Number, w.Users, len(w.Alerts))
		case "alert":
			if err := json.Unmarshal(raw, &a); err != nil {
				return err
			}
			fmt.Printf("  %s: %.0f%% of users, %.0f%% before (p %.2g)\n", a.Kind, 100*a.After, 100*a.Before, a.P)
			if c := a.Candidate; c != nil {
				fmt.Printf("  a candidate of %d users: %q\n", c.Users, c.Quotes)
			}
		}
	}
}
