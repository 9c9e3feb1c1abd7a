package main

import "github.com/spf13/cobra"

// flagValues are the values for shell completion.
var flagValues = map[string][]string{
	"algorithm": append([]string{"auto", "auto-dbscan"}, algorithms...),
	"pooling":   {"mean", "recency", "mixture"},
	"reduce":    reducers,
	"metric":    {"euclidean", "cosine", "manhattan", "chebyshev"},
	"linkage":   {"ward", "average", "complete", "single"},
	"selection": {"eom", "leaf"},
	"lang":      {"en", "zh"},
	"sentiment": {"auto", "none"},
	"words":     {"lemma", "stem", "written"},
	"precision": {"float32", "int8"},
	"format":    {"txt", "jsonl", "csv", "tsv"},
	"clean":     {"standard", "none"},
	"urls":      treatments, "mentions": treatments, "hashtags": treatments, "emoji": treatments,
	"match":  {"auto", "users", "centres"},
	"action": {"mask", "drop", "hash", "pseudonym"},
}

// models are the values of --model that are not directories.
var models = []string{"auto", "minilm", "bge-zh"}

// fileFlags are completed with files of these kinds.
var fileFlags = map[string][]string{
	"in": {"csv", "tsv", "jsonl", "ndjson", "txt", "gz"}, "config": {"yaml", "yml"}, "edits": {"json"}, "segmenter": {"cohort"},
}

// complete sets up shell completion for c's flags.
func complete(c *cobra.Command) {
	for name, values := range flagValues {
		if c.Flags().Lookup(name) != nil {
			_ = c.RegisterFlagCompletionFunc(name, cobra.FixedCompletions(values, cobra.ShellCompDirectiveNoFileComp))
		}
	}
	if c.Flags().Lookup("model") != nil { // or a directory
		_ = c.RegisterFlagCompletionFunc("model", cobra.FixedCompletions(models, cobra.ShellCompDirectiveDefault))
	}
	for name, kinds := range fileFlags {
		if c.Flags().Lookup(name) != nil {
			_ = c.RegisterFlagCompletionFunc(name, cobra.FixedCompletions(kinds, cobra.ShellCompDirectiveFilterFileExt))
		}
	}
}
