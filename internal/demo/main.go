// Command demo makes and judges the data of docs/demonstrations.md.
//
//	go run ./internal/demo clinc --intents clinc150.json.gz --domains clinc150_domains.json --out users.jsonl
//	go run ./internal/demo agree --segments out/segments.csv --truth users.jsonl --label domain
//
// clinc makes users of known mixtures of domains out of the CLINC150 utterances
// (Larson et al., An Evaluation Dataset for Intent Classification and
// Out-of-Scope Prediction, EMNLP 2019). agree compares the segments of users
// with a column of the file that they were made from.
package main

import (
	"flag"
	"fmt"
	"os"
)

func main() {
	if err := run(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "demo:", err)
		os.Exit(1)
	}
}

func run(args []string) error {
	if len(args) == 0 {
		return fmt.Errorf("which: clinc or agree?")
	}
	f := flag.NewFlagSet(args[0], flag.ContinueOnError)
	switch args[0] {
	case "clinc":
		intents := f.String("intents", "", "clinc150.json.gz")
		domains := f.String("domains", "", "clinc150_domains.json")
		out := f.String("out", "", "JSON lines to write")
		users := f.Int("users", 1000, "users to make")
		texts := f.Int("texts", 20, "texts of each")
		seed := f.Uint64("seed", 1, "of everything drawn")
		if err := f.Parse(args[1:]); err != nil {
			return err
		}
		c, err := readCLINC(*intents, *domains)
		if err != nil {
			return err
		}
		return writeLines(*out, c.users(*users, *texts, *seed))
	case "agree":
		segments := f.String("segments", "", "segments.csv of a run")
		truth := f.String("truth", "", "the file that was segmented")
		user := f.String("user", "", "its column of users; none: every row is one")
		label := f.String("label", "", "its column to compare with")
		if err := f.Parse(args[1:]); err != nil {
			return err
		}
		a, err := compare(*segments, *truth, *user, *label)
		if err != nil {
			return err
		}
		return a.write(os.Stdout)
	}
	return fmt.Errorf("no such thing as %q", args[0])
}
