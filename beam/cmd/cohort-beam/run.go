package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	sdk "github.com/apache/beam/sdks/v2/go/pkg/beam"
	"github.com/apache/beam/sdks/v2/go/pkg/beam/options/jobopts"
	"github.com/apache/beam/sdks/v2/go/pkg/beam/runners"

	"github.com/seed-56ee9438/cohort/beam"
	"github.com/seed-56ee9438/cohort/beam/internal/workers"
	"github.com/seed-56ee9438/cohort/text/repeats"
)

// job is one run of the command.
type job struct {
	*flags
	shards  []beam.Shard
	prepare beam.PrepareOptions
	centers beam.Centers
	scores  beam.Scores
	seconds map[string]float64
	failed  int // pipelines that were run again
	// searched is the number of texts in which boilerplate was looked for.
	searched int
}

func run(ctx context.Context, f *flags) error {
	if err := f.check(); err != nil {
		return err
	}
	if f.workers > 0 {
		pool, err := workers.Start(ctx, f.workers)
		if err != nil {
			return err
		}
		defer pool.Close()
		if f.started != nil {
			f.started(pool)
		}
		// The processes are this program, so there is none to hand out: without a
		// name, Beam would hand out this one, of many megabytes, or compile it.
		none, err := os.CreateTemp("", "cohort-beam-*")
		if err != nil {
			return err
		}
		defer os.Remove(none.Name())
		none.Close()
		*jobopts.EnvironmentType, *jobopts.EnvironmentConfig, *jobopts.WorkerBinary = "external", pool.Endpoint(), none.Name()
		defer func() {
			*jobopts.EnvironmentType, *jobopts.EnvironmentConfig, *jobopts.WorkerBinary = "loopback", "", ""
		}()
	}
	j := &job{flags: f, seconds: map[string]float64{}}
	if err := j.plan(ctx); err != nil {
		return err
	}
	for _, step := range []func(context.Context) error{j.embed, j.pool, j.cluster, j.place, j.report} {
		if err := step(ctx); err != nil {
			return err
		}
	}
	return j.tell()
}

// pipeline runs a pipeline until it succeeds, at most --attempts times. What it
// writes does not depend on how often it was run.
func (j *job) pipeline(ctx context.Context, name string, build func(s sdk.Scope) error) error {
	begun := time.Now()
	defer func() { j.seconds[name] += time.Since(begun).Seconds() }()
	runner := *runners.Runner
	if runner == "" {
		runner = "prism"
	}
	var err error
	for try := range j.attempts {
		if ctx.Err() != nil {
			return context.Cause(ctx)
		}
		if try > 0 {
			j.failed++
			fmt.Fprintf(os.Stderr, "cohort-beam: the pipeline %q failed and is run again: %v\n", name, firstLine(err))
		}
		p, s := sdk.NewPipelineWithRoot()
		if err := build(s); err != nil {
			return err
		}
		if _, err = sdk.Run(ctx, runner, p); err == nil {
			return nil
		}
	}
	return fmt.Errorf("the pipeline %q failed %d times: %w", name, j.attempts, err)
}

func firstLine(err error) string {
	line, _, _ := strings.Cut(err.Error(), "\n")
	return line
}

// plan finds the shards, their sizes and the boilerplate, and checks that --work
// has nothing of other settings.
func (j *job) plan(ctx context.Context) error {
	var err error
	if j.shards, err = j.flags.shards(ctx); err != nil {
		return err
	}
	if j.prepare, err = j.flags.prepare(); err != nil {
		return err
	}
	src, done, err := j.read.Open(ctx, j.shards[0].Path)
	if err != nil {
		return err
	}
	j.prepare.UserColumn = src.UserColumn()
	done()
	if !strings.Contains(j.work, "://") {
		if j.work, err = filepath.Abs(j.work); err == nil {
			err = os.MkdirAll(j.work, 0o755)
		}
		if err != nil {
			return err
		}
	}
	if len(j.shards) > 1 {
		if err := j.sizes(ctx); err != nil {
			return err
		}
	}
	if j.boilerplate == "drop" {
		if j.prepare.Boilerplate, err = j.sentences(ctx); err != nil {
			return err
		}
	}
	return j.claim(ctx)
}

// claim writes the settings to --work, or checks that they are the same.
func (j *job) claim(ctx context.Context) error {
	want, err := j.settings(j.shards, &j.prepare)
	if err != nil {
		return err
	}
	have, err := beam.ReadFile(ctx, j.file("settings.json"))
	switch {
	case err != nil:
		return beam.WriteFile(ctx, j.file("settings.json"), want)
	case !bytes.Equal(have, want):
		return fmt.Errorf("%s holds what pipelines with other settings or another input wrote; remove it, or name another directory with --work", j.work)
	}
	return nil
}

func (j *job) file(name string) string { return strings.TrimSuffix(j.work, "/") + "/" + name }

// done reports whether an earlier run finished a step, whose results are then
// taken as they are.
func (j *job) done(ctx context.Context, step string) bool {
	_, err := beam.ReadFile(ctx, j.file(step+".done"))
	return err == nil
}

func (j *job) finish(ctx context.Context, step string) error {
	return beam.WriteFile(ctx, j.file(step+".done"), []byte("done\n"))
}

// sizes sets the number of rows before each shard.
func (j *job) sizes(ctx context.Context) error {
	dir := j.file("sizes")
	if err := j.pipeline(ctx, "sizes", func(s sdk.Scope) error {
		beam.WriteSizes(s, dir, beam.Sizes(s, j.read, sdk.Reshuffle(s, sdk.CreateList(s, j.shards))))
		return nil
	}); err != nil {
		return err
	}
	before := 0
	for i := range j.shards {
		n, err := beam.OpenSize(ctx, dir, i)
		if err != nil {
			return err
		}
		j.shards[i].Before = before
		before += n
	}
	return nil
}

// sentences looks for boilerplate in the first texts.
func (j *job) sentences(ctx context.Context) ([]uint64, error) {
	begun := time.Now()
	defer func() { j.seconds["boilerplate"] = time.Since(begun).Seconds() }()
	p, err := j.prepare.Preparer()
	if err != nil {
		return nil, err
	}
	c := repeats.NewCounter(repeats.BoilerplateOptions{})
	n := 0
	var texts []string
	flush := func() error {
		out, err := p.Prepare(ctx, texts)
		for _, t := range out {
			c.Add(strings.TrimSpace(t.Text))
		}
		texts = texts[:0]
		return err
	}
	for _, shard := range j.shards {
		for t, err := range beam.ShardTexts(ctx, &j.read, shard) {
			if err != nil {
				return nil, err
			}
			texts = append(texts, t.Text.Text)
			n++
			j.searched = n
			if len(texts) == 128 || n == j.boilerplateRows {
				if err := flush(); err != nil {
					return nil, err
				}
			}
			if n == j.boilerplateRows {
				return nonNil(c.Stripper().Sentences()), nil
			}
		}
	}
	if err := flush(); err != nil {
		return nil, err
	}
	return nonNil(c.Stripper().Sentences()), nil
}

// nonNil keeps "none was found" apart from "not to be looked for".
func nonNil(s []uint64) []uint64 {
	if s == nil {
		return []uint64{}
	}
	return s
}

// embed prepares and embeds the texts. Batches that an earlier attempt wrote are
// not embedded again.
func (j *job) embed(ctx context.Context) error {
	if j.done(ctx, "embed") {
		return nil
	}
	err := j.pipeline(ctx, "embed", func(s sdk.Scope) error {
		o := j.prepare
		var err error
		if o.Done, err = beam.Numbers(ctx, j.work, beam.BatchFile); err != nil {
			return err
		}
		texts := beam.Read(s, j.read, sdk.Reshuffle(s, sdk.CreateList(s, j.shards)))
		batches, err := beam.Prepare(s, o, texts)
		if err != nil {
			return err
		}
		beam.WriteBatches(s, j.work, beam.Embed(s, o.Model, batches))
		return nil
	})
	if err != nil {
		return err
	}
	return j.finish(ctx, "embed")
}

func (j *job) input(ctx context.Context, s sdk.Scope, kind string) (sdk.PCollection, error) {
	files, err := beam.Files(ctx, j.work, kind)
	if err != nil {
		return sdk.PCollection{}, err
	}
	if len(files) == 0 {
		return sdk.PCollection{}, errors.New("no text was read")
	}
	return sdk.Reshuffle(s, sdk.CreateList(s, files)), nil
}

// pool makes users' vectors.
func (j *job) pool(ctx context.Context) error {
	if j.done(ctx, "pool") {
		return nil
	}
	err := j.pipeline(ctx, "pool", func(s sdk.Scope) error {
		in, err := j.input(ctx, s, beam.BatchFile)
		if err != nil {
			return err
		}
		users, err := beam.PoolUsers(s, j.flags.pool(), beam.ReadBatches(s, in))
		if err != nil {
			return err
		}
		beam.WriteBlocks(s, j.work, users)
		return nil
	})
	if err != nil {
		return err
	}
	return j.finish(ctx, "pool")
}

// cluster finds the centres, --rounds rounds in each pipeline.
func (j *job) cluster(ctx context.Context) error {
	c, err := beam.OpenCenters(ctx, j.work)
	if err != nil && !errors.Is(err, fs.ErrNotExist) && !strings.Contains(j.work, "://") {
		return err
	}
	if err == nil {
		j.centers = c
	}
	for !j.centers.Done && j.centers.Round < j.maxIter {
		err := j.pipeline(ctx, "cluster", func(s sdk.Scope) error {
			in, err := j.input(ctx, s, beam.BlockFile)
			if err != nil {
				return err
			}
			users := beam.ReadBlocks(s, in)
			found, err := j.found(s, users)
			if err != nil {
				return err
			}
			beam.WriteCenters(s, j.work, found)
			return nil
		})
		if err != nil {
			return err
		}
		if j.centers, err = beam.OpenCenters(ctx, j.work); err != nil {
			return err
		}
	}
	return nil
}

func (j *job) found(s sdk.Scope, users sdk.PCollection) (sdk.PCollection, error) {
	if j.algorithm == "minibatch" {
		return beam.MiniBatchKMeans(s, beam.MiniBatchOptions{K: j.k, BatchSize: j.batchSize, Batches: j.miniBatches, Seed: j.seed}, users)
	}
	o := beam.KMeansOptions{K: j.k, Seed: j.seed, Tol: j.tol, Rounds: min(j.rounds, j.maxIter-j.centers.Round)}
	if o.Tol == 0 {
		o.Tol = -1 // until no label changes
	}
	if j.centers.K > 0 {
		o.Start = &j.centers
	}
	return beam.KMeans(s, o, users)
}

// place places and scores the users, and counts the words of their texts.
func (j *job) place(ctx context.Context) error {
	if !j.done(ctx, "place") {
		err := j.pipeline(ctx, "place", func(s sdk.Scope) error {
			in, err := j.input(ctx, s, beam.BlockFile)
			if err != nil {
				return err
			}
			users, centers := beam.ReadBlocks(s, in), sdk.Create(s, j.centers)
			beam.WritePlaced(s, j.work, beam.Assign(s, users, centers))
			beam.WriteScores(s, j.work, beam.Evaluate(s, users, centers))
			return nil
		})
		if err != nil {
			return err
		}
		if err := j.finish(ctx, "place"); err != nil {
			return err
		}
	}
	var err error
	j.scores, err = beam.OpenScores(ctx, j.work)
	return err
}

// tell prints the statistics.
func (j *job) tell() error {
	if !j.stats {
		return nil
	}
	return json.NewEncoder(os.Stderr).Encode(map[string]any{
		"users": j.scores.Users, "rounds": j.centers.Round, "converged": j.centers.Done, "inertia": j.scores.Inertia,
		"simplified_silhouette": j.scores.Silhouette, "calinski_harabasz": j.scores.CalinskiHarabasz, "davies_bouldin": j.scores.DaviesBouldin,
		"shards": len(j.shards), "seconds": j.seconds, "run_again": j.failed,
	})
}
