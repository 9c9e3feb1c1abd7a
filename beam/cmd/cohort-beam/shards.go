package main

import (
	"context"
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"github.com/apache/beam/sdks/v2/go/pkg/beam/io/filesystem"

	"github.com/seed-56ee9438/cohort/beam"
	"github.com/seed-56ee9438/cohort/source"
)

// shards returns the shards that --in names, in the order of their names.
func (f *flags) shards(ctx context.Context) ([]beam.Shard, error) {
	var out []beam.Shard
	for _, name := range list(f.in) {
		files, err := f.files(ctx, name)
		if err != nil {
			return nil, err
		}
		for _, file := range files {
			out = append(out, beam.Shard{Number: len(out), Path: file})
		}
	}
	return out, nil
}

// files returns the files that a name stands for; a table stands for itself.
func (f *flags) files(ctx context.Context, name string) ([]string, error) {
	scheme, _, remote := strings.Cut(name, "://")
	switch {
	case remote && (scheme == "gs" || scheme == "s3"):
		fs, err := filesystem.New(ctx, name)
		if err != nil {
			return nil, err
		}
		defer fs.Close()
		files, err := fs.List(ctx, name)
		if err == nil && len(files) == 0 {
			err = fmt.Errorf("%s: no file is called so", name)
		}
		slices.Sort(files)
		return files, err
	case remote || strings.HasPrefix(name, "sqlite:"):
		return []string{name}, nil
	}
	files, err := source.Files(name)
	if err != nil {
		return nil, err
	}
	return absolute(files)
}

// absolute makes names independent of the directory that workers run in.
func absolute(files []string) ([]string, error) {
	for i, name := range files {
		var err error
		if files[i], err = filepath.Abs(name); err != nil {
			return nil, err
		}
	}
	return files, nil
}
