package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"

	"github.com/seed-56ee9438/cohort/internal/atomicfile"
)

// app is one run of the command.
type app struct {
	in       io.Reader
	out, err io.Writer
	terminal bool   // err is a terminal: show progress
	journal  string // of an interrupted run; empty: it has none
}

// errUsage marks usage errors: exit status 2.
var errUsage = errors.New("wrong use")

func usagef(format string, args ...any) error {
	return fmt.Errorf("%w: %s", errUsage, fmt.Sprintf(format, args...))
}

// run executes one command line and returns the exit status.
func (a *app) run(ctx context.Context, args []string) int {
	root := a.root()
	root.SetArgs(args)
	root.SetIn(a.in)
	root.SetOut(a.out)
	root.SetErr(a.err)
	err := root.ExecuteContext(ctx)
	if err == nil || errors.Is(err, errStopped) {
		return 0
	}
	if ctx.Err() != nil {
		err = errors.New("interrupted; nothing was written")
		if a.journal != "" {
			err = fmt.Errorf("interrupted; the same command continues from %s", a.journal)
		}
	}
	// One line, whatever the error contains.
	msg := strings.Join(strings.Fields(strings.ReplaceAll(err.Error(), "\n", " ")), " ")
	msg = strings.TrimPrefix(msg, errUsage.Error()+": ")
	fmt.Fprintf(a.err, "cohort: %s\n", strings.TrimPrefix(msg, "cohort: "))
	if errors.Is(err, errUsage) || isCobraUsage(err) {
		return 2
	}
	return 1
}

// isCobraUsage recognises cobra's usage errors, which have no type.
func isCobraUsage(err error) bool {
	for _, p := range []string{"unknown command", "unknown flag", "unknown shorthand", "required flag", "flag needs", "accepts ", "invalid argument"} {
		if strings.HasPrefix(err.Error(), p) {
			return true
		}
	}
	return false
}

func (a *app) root() *cobra.Command {
	c := &cobra.Command{
		Use:           "cohort",
		Short:         "Segment users by what they write",
		Long:          "cohort embeds texts as vectors, finds segments of users and gives reasons for them. Everything runs on this machine.",
		SilenceUsage:  true,
		SilenceErrors: true,
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) > 0 {
				return usagef("unknown verb %q; \"cohort help\" lists them", args[0])
			}
			return nil
		},
		RunE: func(c *cobra.Command, _ []string) error {
			if err := c.Help(); err != nil {
				return err
			}
			return usagef("no verb given")
		},
	}
	c.SetFlagErrorFunc(func(_ *cobra.Command, err error) error { return flagError(err) })
	for _, v := range []*cobra.Command{a.segment(), a.assign(), a.watch(), a.why(), a.explain(), a.drift(), a.mask(), a.embed(), a.encode(), a.tokenize(), a.cluster(), a.eval(), a.serve(), a.distill(), a.rerank(), a.classify(), a.tag(), a.answer(), a.fill(), a.search(), a.train(), a.tune(), a.models()} {
		complete(v)
		run := v.RunE
		v.RunE = func(c *cobra.Command, args []string) error {
			if err := checkFlags(c.Flags()); err != nil {
				return err
			}
			return run(c, args)
		}
		c.AddCommand(v)
	}
	return c
}

// verb returns a command that takes only flags.
func verb(use, short string, run func(ctx context.Context) error) *cobra.Command {
	return &cobra.Command{
		Use: use, Short: short,
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) > 0 {
				return usagef("%s takes no argument %q; files are given by flags such as --in", use, args[0])
			}
			return nil
		},
		RunE: func(c *cobra.Command, _ []string) error { return run(c.Context()) },
	}
}

// need returns an error unless the flags are given and not empty.
func need(flags ...[2]string) error {
	for _, f := range flags {
		if f[1] == "" {
			return usagef("--%s is needed", f[0])
		}
	}
	return nil
}

// write writes a file completely or not at all; "-" is standard output.
func (a *app) write(path string, f func(io.Writer) error) error {
	if path != "-" {
		return atomicfile.Write(path, f)
	}
	w := bufio.NewWriterSize(a.out, 1<<16)
	if err := f(w); err != nil {
		return err
	}
	return w.Flush()
}

// writeJSON writes one JSON value on one line.
func (a *app) writeJSON(path string, v any) error {
	return a.write(path, func(w io.Writer) error { return jsonLine(w, v) })
}

func jsonLine(w io.Writer, v any) error {
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	return e.Encode(v)
}

// stats prints one JSON line on standard error.
func (a *app) stats(v any) error { return jsonLine(a.err, v) }
