// Command cohort-beam groups users by what they write, as "cohort segment" does,
// with Apache Beam: on the workers of Flink or Dataflow, or on this machine.
//
//	cohort-beam --in 'reviews/*.csv' --text-column text --user-column customer --out out
//
// It writes the same report.html, report.json, segments.csv and segmenter.cohort.
// Beam's own flags say where it runs: --runner (prism, flink, dataflow, or
// universal), --endpoint, --environment_type and so on. "cohort-beam -help" lists
// all flags; docs/scale.md says how to choose them.
//
// Between pipelines, texts' and users' vectors are in the directory --work, which
// all workers must be able to read and write. A pipeline that fails is run again,
// and a command that is run again with the same flags goes on where it was.
//
// The exit status is 0 on success, 1 on failure, and 2 on a usage error.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"syscall"

	sdk "github.com/apache/beam/sdks/v2/go/pkg/beam"
	_ "github.com/apache/beam/sdks/v2/go/pkg/beam/core/runtime/exec/optimized" // calls without reflection
	_ "github.com/apache/beam/sdks/v2/go/pkg/beam/io/filesystem/gcs"
	_ "github.com/apache/beam/sdks/v2/go/pkg/beam/io/filesystem/local"
	_ "github.com/apache/beam/sdks/v2/go/pkg/beam/runners/dataflow"
	_ "github.com/apache/beam/sdks/v2/go/pkg/beam/runners/flink"
	_ "github.com/apache/beam/sdks/v2/go/pkg/beam/runners/prism"
	_ "github.com/apache/beam/sdks/v2/go/pkg/beam/runners/universal"

	"github.com/seed-56ee9438/cohort/beam/internal/workers"
	_ "github.com/seed-56ee9438/cohort/source/arrow"
	_ "github.com/seed-56ee9438/cohort/source/parquet"
	_ "github.com/seed-56ee9438/cohort/source/postgres"
	_ "github.com/seed-56ee9438/cohort/source/sqlite"
	_ "github.com/seed-56ee9438/cohort/source/xlsx"
)

// errUsage marks usage errors: exit status 2.
var errUsage = errors.New("wrong use")

func usagef(format string, args ...any) error {
	return fmt.Errorf("%w: %s", errUsage, fmt.Sprintf(format, args...))
}

func main() {
	var f flags
	f.add(flag.CommandLine)
	flag.Parse()
	workers.Started()
	sdk.Init() // does not return in a worker
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	err := run(ctx, &f)
	stop()
	switch {
	case err == nil:
	case errors.Is(err, errUsage):
		fmt.Fprintln(os.Stderr, "cohort-beam:", err)
		os.Exit(2)
	default:
		fmt.Fprintln(os.Stderr, "cohort-beam:", err)
		os.Exit(1)
	}
}
