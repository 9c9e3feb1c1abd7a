// Long times a model on texts of given lengths, one line of JSON a length: time,
// processor time and the most memory that was resident up to then. The texts are
// random tokens; random_model.py writes a model for it.
//
//	go run ./bench/peers/long -model DIR -lengths 512,2048,8192 -threads 2
package main

import (
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"strconv"
	"strings"
	"time"

	"github.com/seed-56ee9438/cohort/bench/peers/internal/usage"
	"github.com/seed-56ee9438/cohort/bert"
)

func main() {
	model := flag.String("model", "", "directory of the model")
	lengths := flag.String("lengths", "512,2048,8192", "tokens of the texts")
	threads := flag.Int("threads", 2, "threads (0 means all cores)")
	int8 := flag.Bool("int8", false, "weights and products in int8")
	flag.Parse()
	if err := run(*model, *lengths, *threads, *int8); err != nil {
		fmt.Fprintln(os.Stderr, "long:", err)
		os.Exit(1)
	}
}

func run(dir, lengths string, threads int, int8 bool) error {
	o := bert.Options{Threads: threads, NoTokenizer: true}
	if int8 {
		o.Precision = bert.Int8
	}
	start := time.Now()
	m, err := bert.Load(dir, o)
	if err != nil {
		return err
	}
	defer m.Close()
	out := json.NewEncoder(os.Stdout)
	if err := out.Encode(map[string]any{"loaded_s": seconds(time.Since(start)), "weights_mb": m.WeightBytes() / 1e6, "peak_mb": usage.PeakMB()}); err != nil {
		return err
	}
	r := rand.New(rand.NewPCG(1, 2))
	for _, length := range strings.Split(lengths, ",") {
		n, err := strconv.Atoi(length)
		if err != nil {
			return err
		}
		ids := make([]int32, n)
		for i := range ids {
			ids[i] = int32(r.IntN(m.Config().VocabSize))
		}
		start, used := time.Now(), usage.Processor()
		e, err := m.EmbedIDs(context.Background(), []bert.Input{{IDs: ids}})
		if err != nil {
			return err
		}
		took, spent := time.Since(start), usage.Processor()-used
		for _, v := range e.Row(0) {
			if math.IsNaN(float64(v)) || math.IsInf(float64(v), 0) {
				return fmt.Errorf("%d tokens: a feature is %g", n, v)
			}
		}
		err = out.Encode(map[string]any{"tokens": n, "precision": m.Precision().String(), "threads": threads, "elapsed_s": seconds(took), "processor_s": seconds(spent), "peak_mb": usage.PeakMB()})
		if err != nil {
			return err
		}
	}
	return nil
}

func seconds(d time.Duration) float64 { return math.Round(1000*d.Seconds()) / 1000 }
