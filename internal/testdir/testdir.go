// Package testdir finds, for tests only, the reference outputs, models and
// data that lie beside the project and are too large to be part of it.
package testdir

import (
	"os"
	"path/filepath"
	"runtime"
	"testing"
)

// Shared returns the path of a file or directory in the shared folder beside
// the checkout (or in $COHORT_SHARED). Where it is absent the test is skipped,
// or fails if COHORT_REQUIRE_SHARED is set, as continuous integration does so
// that nothing is skipped by mistake.
func Shared(tb testing.TB, elem ...string) string {
	tb.Helper()
	root := os.Getenv("COHORT_SHARED")
	if root == "" {
		root = filepath.Join(moduleRoot(tb), "..", "shared")
	}
	path := filepath.Join(append([]string{root}, elem...)...)
	if _, err := os.Stat(path); err != nil {
		if os.Getenv("COHORT_REQUIRE_SHARED") != "" {
			tb.Fatalf("shared test material is required but missing: %v", err)
		}
		tb.Skipf("needs %s from the shared test material, which is not beside this checkout", filepath.Join(elem...))
	}
	return path
}

// Module returns the path of a file or directory inside the module.
func Module(tb testing.TB, elem ...string) string {
	tb.Helper()
	return filepath.Join(append([]string{moduleRoot(tb)}, elem...)...)
}

func moduleRoot(tb testing.TB) string {
	tb.Helper()
	_, file, _, ok := runtime.Caller(0)
	if ok {
		if root := filepath.Dir(filepath.Dir(filepath.Dir(file))); exists(filepath.Join(root, "go.mod")) {
			return root
		}
	}
	// Built with -trimpath: tests run in their package's directory, so walk up.
	dir, err := os.Getwd()
	if err != nil {
		tb.Fatal(err)
	}
	for !exists(filepath.Join(dir, "go.mod")) {
		up := filepath.Dir(dir)
		if up == dir {
			tb.Fatal("testdir: no go.mod above the working directory")
		}
		dir = up
	}
	return dir
}

func exists(path string) bool {
	_, err := os.Stat(path)
	return err == nil
}
