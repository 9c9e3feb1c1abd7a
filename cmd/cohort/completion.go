package main

import "github.com/spf13/cobra"

// flagValues are the values for shell completion.
var flagValues = map[string][]string{
	"algorithm": append([]string{"auto", "auto-dbscan"}, algorithms...),
	"pooling":   {"mean", "recency", "mixture"}, // of users' texts; that of tokens is completed as poolings

	"aggregation-strategy": {"none", "simple", "first", "average", "max"},
	"reduce":               reducers,
	"metric":               {"euclidean", "cosine", "manhattan", "chebyshev"},
	"linkage":              {"ward", "average", "complete", "single"},
	"selection":            {"eom", "leaf"},
	"lang":                 {"en", "zh"},
	"sentiment":            {"auto", "none"},
	"words":                {"lemma", "stem", "written"},
	"precision":            {"float32", "int8"},
	"format":               {"txt", "jsonl", "csv", "tsv"},
	"clean":                {"standard", "none"},
	"urls":                 treatments, "mentions": treatments, "hashtags": treatments, "emoji": treatments,
	"match":  {"auto", "users", "centres"},
	"method": methods,
	"kind":   {"dense", "sparse", "multi"},
	"action": {"mask", "drop", "hash", "pseudonym"},
}

// poolings are the values of embed's --pooling.
var poolings = []string{"cls", "max", "mean", "mean_sqrt_len_tokens", "weightedmean", "lasttoken", "pooler"}

// models are the values of --model that are not directories.
var models = []string{"auto", "minilm", "bge-zh"}

// fileFlags are completed with files of these kinds.
var fileFlags = map[string][]string{
	"in": {"csv", "tsv", "jsonl", "ndjson", "txt", "gz"}, "config": {"yaml", "yml"}, "edits": {"json"}, "segmenter": {"cohort"},
}

// complete sets up shell completion for c's flags.
func complete(c *cobra.Command) {
	for name, values := range flagValues {
		if f := c.Flags().Lookup(name); f != nil {
			if name == "pooling" && f.Annotations[groupAnnotation] != nil {
				values = poolings
			}
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
