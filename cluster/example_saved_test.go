package cluster_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"

	"github.com/seed-56ee9438/cohort/cluster"
)

// A fitted result of any kind is saved in a file, and labels new points like the
// result that it came from. It also has MarshalBinary, for encoding/gob.
func ExampleMarshal() {
	ctx := context.Background()
	fitted, err := cluster.HDBSCAN{MinClusterSize: 3, MinSamples: 2}.Cluster(ctx, corners)
	if err != nil {
		panic(err)
	}
	data, err := cluster.Marshal(fitted)
	if err != nil {
		panic(err)
	}
	dir, err := os.MkdirTemp("", "example")
	if err != nil {
		panic(err)
	}
	defer os.RemoveAll(dir)
	file := filepath.Join(dir, "segments.safetensors")
	if err := os.WriteFile(file, data, 0o600); err != nil {
		panic(err)
	}

	if data, err = os.ReadFile(file); err != nil {
		panic(err)
	}
	again, err := cluster.Unmarshal(data)
	if err != nil {
		panic(err)
	}
	before, err := fitted.Predict(ctx, corners)
	if err != nil {
		panic(err)
	}
	after, err := again.Predict(ctx, corners)
	if err != nil {
		panic(err)
	}
	fmt.Printf("%T %v\n", again, slices.Equal(before, after))
	// Output: *cluster.HDBSCANResult true
}
