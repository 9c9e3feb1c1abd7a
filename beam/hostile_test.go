package beam

import (
	"context"
	"testing"

	sdk "github.com/apache/beam/sdks/v2/go/pkg/beam"

	"github.com/seed-56ee9438/cohort/internal/testdir"
)

// TestHostileNumbers builds pipelines with numbers that no caller means.
func TestHostileNumbers(t *testing.T) {
	users := crowds(20, 4, 2, 1)
	start := NewCenters(matrix(&users))
	testdir.HostileNumbers(t, KMeansOptions{Start: &start}, func(_ context.Context, o KMeansOptions) error {
		_, s := sdk.NewPipelineWithRoot()
		_, err := KMeans(s, o, sdk.Create(s, users))
		return err
	}, ErrOptions)
	testdir.HostileNumbers(t, MiniBatchOptions{}, func(_ context.Context, o MiniBatchOptions) error {
		_, s := sdk.NewPipelineWithRoot()
		_, err := MiniBatchKMeans(s, o, sdk.Create(s, users))
		return err
	}, ErrOptions)
	testdir.HostileNumbers(t, PrepareOptions{}, func(_ context.Context, o PrepareOptions) error {
		_, s := sdk.NewPipelineWithRoot()
		_, err := Prepare(s, o, sdk.Create(s, Texts{}))
		return err
	}, ErrOptions)
	testdir.HostileNumbers(t, PoolOptions{}, func(_ context.Context, o PoolOptions) error {
		_, s := sdk.NewPipelineWithRoot()
		_, err := PoolUsers(s, o, sdk.Create(s, Batch{}))
		return err
	}, ErrOptions)
	testdir.HostileNumbers(t, TermsOptions{Clusters: 2}, func(_ context.Context, o TermsOptions) error {
		_, s := sdk.NewPipelineWithRoot()
		_, err := Terms(s, o, sdk.Create(s, Batch{}), sdk.Create(s, Placed{}))
		return err
	}, ErrOptions)
	testdir.HostileNumbers(t, ModelOptions{Name: "minilm"}, func(_ context.Context, o ModelOptions) error {
		return o.check() // loading takes the numbers that pass
	}, ErrOptions)
	shards, _ := sharded(t, 1, 30)
	testdir.HostileNumbers(t, shards[0], func(ctx context.Context, shard Shard) error {
		for _, err := range ShardTexts(ctx, &ReadOptions{}, shard) {
			if err != nil {
				return err
			}
		}
		return nil
	}, ErrOptions)
}
