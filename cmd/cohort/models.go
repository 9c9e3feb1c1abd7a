package main

import (
	"context"
	"fmt"
	"io"
	"strings"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"github.com/seed-56ee9438/cohort/hub"
)

// models returns the verb that lists the models in the Hugging Face cache.
func (a *app) models() *cobra.Command {
	var dir, out string
	var asJSON bool
	c := verb("models", "List the models in the Hugging Face cache", func(ctx context.Context) error {
		found, err := hub.List(ctx, hub.Options{CacheDir: dir})
		if err != nil {
			return err
		}
		return a.write(out, func(w io.Writer) error {
			if !asJSON {
				return modelTable(w, found)
			}
			for _, m := range found {
				if err := jsonLine(w, m); err != nil {
					return err
				}
			}
			return nil
		})
	})
	c.Long = "List the models in the Hugging Face cache, whichever tool put them there: $HF_HUB_CACHE, else $HF_HOME/hub, else the user's cache. --model takes the paths it prints."
	s := c.Flags()
	s.StringVar(&dir, "cache-dir", "", "cache `directory` (default: as the environment says)")
	s.BoolVar(&asJSON, "json", false, "write one line of JSON for each model")
	s.StringVar(&out, "out", "-", "write to this `file`; - is standard output")
	return c
}

func modelTable(w io.Writer, found []hub.CachedModel) error {
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintln(t, "NAME\tREVISION\tKIND\tMB\tSTATE\tPATH")
	for _, m := range found {
		revision, kind, state := strings.Join(m.Refs, ","), m.Architecture, "complete"
		if revision == "" {
			revision = m.Commit[:min(12, len(m.Commit))]
		}
		if kind == "" {
			kind = "?"
		}
		if len(m.Missing) > 0 {
			state = "lacks " + strings.Join(m.Missing, ",")
		}
		fmt.Fprintf(t, "%s\t%s\t%s\t%.1f\t%s\t%s\n", m.Name, revision, kind, float64(m.Size)/1e6, state, m.Path)
	}
	return t.Flush()
}
