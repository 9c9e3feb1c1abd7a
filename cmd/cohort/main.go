// Command cohort embeds texts, clusters vectors and segments users by what
// they write. Run "cohort help" for its verbs.
//
// Exit status: 0 done, 1 the work failed, 2 wrong use.
package main

import (
	"context"
	"os"
	"os/signal"
	"syscall"

	"golang.org/x/term"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	a := &app{in: os.Stdin, out: os.Stdout, err: os.Stderr, terminal: term.IsTerminal(int(os.Stderr.Fd()))}
	code := a.run(ctx, os.Args[1:])
	stop()
	os.Exit(code)
}
