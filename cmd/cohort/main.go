// Command cohort embeds texts, clusters vectors and segments users by what they
// write. Run "cohort help" for its verbs.
//
// The exit status is 0 on success, 1 on failure, and 2 on a usage error.
package main

import (
	"context"
	"os"
	"os/signal"
	"syscall"
	_ "time/tzdata" // zones of times, on systems that have no files of them

	"golang.org/x/term"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	a := &app{in: os.Stdin, out: os.Stdout, err: os.Stderr, terminal: term.IsTerminal(int(os.Stderr.Fd()))}
	code := a.run(ctx, os.Args[1:])
	stop()
	os.Exit(code)
}
