package testdir

import (
	"context"
	"errors"
	"iter"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync/atomic"
	"testing"
	"time"
)

// Ranges fails unless a sequence of at least two values and no error can be
// stopped after any of the first, within another range too, and ranged over again
// for as many values. The caller's test must not run beside others, since
// goroutines that stopped ranges leave behind are counted.
func Ranges[T any](tb testing.TB, name string, seq iter.Seq2[T, error]) {
	tb.Helper()
	before := runtime.NumGoroutine()
	read := func(most int) (n int) {
		for _, err := range seq {
			if err != nil {
				tb.Fatalf("%s: %v", name, err)
			}
			if n++; n == most {
				break
			}
		}
		return n
	}
	all := read(-1)
	if all < 2 {
		tb.Fatalf("%s: %d values, want 2 or more", name, all)
	}
	for most := 1; most <= min(all, 3); most++ {
		if n := read(most); n != most {
			tb.Errorf("%s: %d values until the range was stopped, want %d", name, n, most)
		}
	}
	for _, err := range seq {
		if n := read(-1); n != all || err != nil {
			tb.Errorf("%s: %d values within another range, want %d: %v", name, n, all, err)
		}
		break
	}
	if n := read(-1); n != all {
		tb.Errorf("%s: %d values when ranged over again, want %d", name, n, all)
	}
	for range 300 {
		if runtime.NumGoroutine() <= before {
			return
		}
		time.Sleep(10 * time.Millisecond)
	}
	tb.Errorf("%s: %d goroutines, %d before", name, runtime.NumGoroutine(), before)
}

// SourceRanges fails unless what is read from path can be stopped early and ranged
// over again (see Ranges), nothing is open after Close, and ranges say then that
// it is closed. s is a *source.Source.
func SourceRanges[Record, Row any](tb testing.TB, path string, s interface {
	Records(ctx context.Context) iter.Seq2[Record, error]
	Rows(ctx context.Context) iter.Seq2[Row, error]
	Close() error
}) {
	tb.Helper()
	Ranges(tb, "Records", s.Records(tb.Context()))
	Ranges(tb, "Rows", s.Rows(tb.Context()))
	if err := s.Close(); err != nil {
		tb.Error(err)
	}
	if open := StillOpen(tb, path); open != nil {
		tb.Errorf("still open: %v", open)
	}
	var said error
	for _, err := range s.Rows(tb.Context()) {
		said = err
	}
	if !errors.Is(said, os.ErrClosed) {
		tb.Errorf("closed: %v, want %v", said, os.ErrClosed)
	}
}

// StillOpen returns the files at path or below it that this process holds open; none
// where the system does not tell.
func StillOpen(tb testing.TB, path string) (open []string) {
	tb.Helper()
	links, err := filepath.Glob("/proc/self/fd/*")
	if err != nil {
		tb.Fatal(err)
	}
	if path, err = filepath.EvalSymlinks(path); err == nil {
		path, err = filepath.Abs(path)
	}
	if err != nil {
		tb.Fatal(err)
	}
	for _, l := range links {
		if at, err := os.Readlink(l); err == nil && (at == path || strings.HasPrefix(at, path+"/")) {
			open = append(open, at)
		}
	}
	return open
}

// Values makes a sequence without errors one for Ranges.
func Values[T any](seq iter.Seq[T]) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		for v := range seq {
			if !yield(v, nil) {
				return
			}
		}
	}
}

// Firsts makes a sequence of pairs one of the first of each.
func Firsts[T, U any](seq iter.Seq2[T, U]) iter.Seq[T] {
	return func(yield func(T) bool) {
		for v := range seq {
			if !yield(v) {
				return
			}
		}
	}
}

// Watched is a sequence that counts the ranges over it, and those that have not
// ended.
func Watched[T, U any](seq iter.Seq2[T, U]) (watched iter.Seq2[T, U], begun, running *atomic.Int64) {
	begun, running = new(atomic.Int64), new(atomic.Int64)
	return func(yield func(T, U) bool) {
		begun.Add(1)
		running.Add(1)
		defer running.Add(-1)
		for t, u := range seq {
			if !yield(t, u) {
				return
			}
		}
	}, begun, running
}
