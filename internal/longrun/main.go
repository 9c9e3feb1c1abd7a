// Command longrun makes the texts of a long run and measures one, for the long
// runs of docs/scale.md. Texts are those of corpora, again and again, each time
// edited otherwise:
//
//	go run ./internal/longrun texts -n 1000000 testdata/reviews.csv:text >texts.csv
//
// A run is watched from beside it (on Linux): how many texts its journal holds,
// the processor time it took and the memory that is resident, one row of CSV an
// interval.
//
//	go run ./internal/longrun watch -dim 384 -journal out/cohort.journal -csv run.csv cohort segment --resume …
//
// With -kill N, the command is killed once its journal holds N texts.
package main

import (
	"flag"
	"fmt"
	"os"
)

func main() {
	if err := run(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "longrun:", err)
		os.Exit(1)
	}
}

func run(args []string) error {
	if len(args) == 0 {
		return fmt.Errorf("want texts or watch, and their flags")
	}
	s := flag.NewFlagSet(args[0], flag.ContinueOnError)
	switch args[0] {
	case "texts":
		n := s.Int("n", 1_000_000, "number of texts")
		users := s.Int("users", 0, "number of users (0: every text is of a user of its own)")
		seed := s.Uint64("seed", 1, "seed of the edits")
		if err := s.Parse(args[1:]); err != nil {
			return err
		}
		return writeTexts(os.Stdout, s.Args(), *n, *users, *seed)
	case "watch":
		w := watch{}
		s.StringVar(&w.journal, "journal", "", "journal of the command")
		s.IntVar(&w.dim, "dim", 384, "features of a text in the journal")
		s.StringVar(&w.csv, "csv", "", "file of measurements")
		s.DurationVar(&w.every, "every", defaultInterval, "time between two measurements")
		s.IntVar(&w.kill, "kill", 0, "kill the command once the journal holds this many texts")
		if err := s.Parse(args[1:]); err != nil {
			return err
		}
		return w.run(s.Args())
	}
	return fmt.Errorf("got %q, want texts or watch", args[0])
}
