package main

import (
	"slices"
	"strings"

	"github.com/spf13/pflag"
)

// stores are the schemes of object stores, which package source/blob reads and
// writes for programs. This command leaves it out, since the stores' libraries
// would make it half as large again; what copies an object to standard output
// does as well.
var stores = []struct{ scheme, copy string }{
	{"s3", "aws s3 cp NAME -"},
	{"gs", "gcloud storage cat NAME"},
	{"azblob", "az storage blob download --account-name ACCOUNT --container-name CONTAINER --name BLOB"},
}

// wordFlagNames are flags whose values are words, not names of files.
var wordFlagNames = []string{"title", "prompt", "question", "query", "allow", "null-values"}

// noStores returns a usage error if a flag names an object of a store. Taken for
// the name of a file, it would make a directory called s3:.
func noStores(flags *pflag.FlagSet) (err error) {
	flags.Visit(func(f *pflag.Flag) {
		if slices.Contains(wordFlagNames, f.Name) {
			return
		}
		for _, s := range stores {
			value := strings.TrimPrefix(f.Value.String(), "[") // a list
			if !strings.HasPrefix(value, s.scheme+"://") {
				continue
			}
			if f.Name == "in" {
				err = usagef("--in: this command does not read %s:// itself: pipe the object in, as %s | cohort … --in - --format csv does, or copy it here first (programs read it with source/blob)", s.scheme, s.copy)
			} else {
				err = usagef("--%s: this command does not read or write %s:// itself: give a file or directory here and copy it (programs use source/blob)", f.Name, s.scheme)
			}
		}
	})
	return err
}
