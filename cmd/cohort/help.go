package main

import (
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// flagGroup is a section of the flags in a command's help.
type flagGroup struct {
	title string
	names []string
}

// flagGroups are the sections for commands with many flags, in the order of the
// help. The first holds the flags that most runs need.
var flagGroups = []flagGroup{
	{"Main flags", []string{
		"in", "query", "question", "text-column", "user-column", "meta", "segmenter", "user", "model", "algorithm", "k", "edits", "lang", "out", "stats"}},
	{"Input", []string{
		"format", "encoding", "delimiter", "no-quotes", "escape", "lazy-quotes", "multiline", "null-values", "missing-user",
		"rating", "time-column", "time-format", "weight-column", "table", "on-error", "rejects", "config"}},
	{"Cleaning and privacy", []string{
		"clean", "urls", "mentions", "hashtags", "emoji", "simplify", "near-duplicates", "boilerplate", "min-letters", "repair",
		"no-mask", "allow", "regions", "addresses", "names-model", "names-labels", "user-key-file", "action", "key-file", "columns"}},
	{"Model", []string{
		"model-languages", "kind", "as", "prompt", "dim", "max-length", "overlength", "special-tokens-as-text", "precision", "threads", "batch-tokens", "memory"}},
	{"Results", []string{
		"top-k", "aggregation-strategy", "ignore-labels", "handle-impossible-answer", "max-answer-len", "max-seq-len", "doc-stride", "method", "points"}},
	{"Grouping", []string{
		"pooling", "half-life", "k-min", "k-max", "rest", "rest-threshold", "memberships", "refine", "reduce", "reduce-dim", "umap-neighbors", "umap-min-dist", "smooth-steps",
		"init", "n-init", "max-iter", "tol", "eps", "min-samples", "min-cluster-size", "selection", "cluster-epsilon",
		"linkage", "metric", "seed", "features", "features-weight", "features-balance", "features-levels", "rfm"}},
	{"Watching", []string{
		"key", "settle", "window", "window-time", "reference", "false-alarms", "horizon", "follow", "follow-memory", "segmenter-out",
		"alerts", "webhook", "webhook-token-file", "webhook-timeout", "webhook-retries", "state", "poll", "once"}},
	{"Training", []string{
		"loss", "pair-column", "negative-column", "score-column", "label-column", "noise", "held-out", "epochs", "batch-size", "chunk", "accumulate", "max-steps",
		"learning-rate", "warm-up", "schedule", "decay", "clip", "no-dropout", "lora-rank", "lora-alpha", "lora-targets", "score-every",
		"patience", "checkpoint", "checkpoint-every", "encoder", "power", "shrinkage"}},
	{"Evidence", []string{
		"min-users", "quotes", "shades", "bootstrap", "words", "chinese-words", "sentiment", "sentiment-model", "texts"}},
	{"Output", []string{
		"title", "charts", "charts-font", "segments-out", "out-table", "resume", "journal", "journal-texts", "json", "dtype", "ranges", "passes", "adapter-out", "schema", "dry-run", "help"}},
}

// helpWidth is the width of help in columns.
const helpWidth = 100

// groupFlags makes c's help list its flags by flagGroups.
func groupFlags(c *cobra.Command) {
	c.SetHelpFunc(func(c *cobra.Command, _ []string) {
		c.InitDefaultHelpFlag()
		about := c.Long
		if about == "" {
			about = c.Short + "."
		}
		out := c.OutOrStdout()
		fmt.Fprintf(out, "%s\n\nUsage:\n  %s\n", about, c.UseLine())
		if c.HasExample() {
			fmt.Fprintf(out, "\nExamples:\n%s\n", c.Example)
		}
		for _, g := range grouped(c.Flags()) {
			fmt.Fprintf(out, "\n%s:\n%s\n", g.title, strings.TrimRight(g.flags.FlagUsagesWrapped(helpWidth), "\n"))
		}
	})
}

// flagList is a group with the flags of one command.
type flagList struct {
	title string
	flags *pflag.FlagSet
}

// groupAnnotation names the group of a flag whose name stands for something else
// in this command than in others.
const groupAnnotation = "group"

func inGroup(s *pflag.FlagSet, flag, group string) {
	_ = s.SetAnnotation(flag, groupAnnotation, []string{group})
}

// grouped sorts flags into their groups. Ungrouped flags come last.
func grouped(flags *pflag.FlagSet) []flagList {
	var lists []flagList
	listed := map[string]bool{}
	add := func(title string, these []*pflag.Flag) {
		if len(these) == 0 {
			return
		}
		s := pflag.NewFlagSet(title, pflag.ContinueOnError)
		s.SortFlags = false
		for _, f := range these {
			s.AddFlag(f)
		}
		lists = append(lists, flagList{title, s})
	}
	for _, g := range flagGroups {
		var these []*pflag.Flag
		for _, name := range g.names {
			if f := flags.Lookup(name); f != nil && !f.Hidden && f.Annotations[groupAnnotation] == nil {
				these = append(these, f)
				listed[name] = true
			}
		}
		flags.VisitAll(func(f *pflag.Flag) {
			if slices.Contains(f.Annotations[groupAnnotation], g.title) {
				these = append(these, f)
				listed[f.Name] = true
			}
		})
		add(g.title, these)
	}
	var others []*pflag.Flag
	flags.VisitAll(func(f *pflag.Flag) {
		if !f.Hidden && !listed[f.Name] {
			others = append(others, f)
		}
	})
	add("Other flags", others)
	return lists
}
