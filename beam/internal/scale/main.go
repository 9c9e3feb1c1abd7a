// Command scale simulates a run of cohort-beam on many workers, with figures
// measured on one, and prints how long it takes, what it costs and which limit
// it meets first.
//
//	go run ./internal/scale -texts 100e6 -workers 64
package main

import (
	"container/heap"
	"flag"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
)

// plan is what is run, and what was measured.
type plan struct {
	texts, perUser                  float64
	workers, cores                  int
	k, dim, rounds, batches, blocks int
	perCore                         float64 // texts embedded and prepared in a second by one core
	userRound                       float64 // seconds of one core for a user in a round, for one centre
	textBytes, partBytes            float64 // of a text in a batch, beside its vector; of a number in a block's sums
	network                         float64 // bytes a second of a worker
	memory                          float64 // bytes of a worker
	lifetime                        float64 // mean seconds until a worker is lost; 0: never
	price                           float64 // of a core for an hour
	seed                            uint64
}

func main() {
	var p plan
	flag.Float64Var(&p.texts, "texts", 100e6, "number of texts")
	flag.Float64Var(&p.perUser, "per-user", 10, "texts of a user")
	flag.IntVar(&p.workers, "workers", 64, "number of workers")
	flag.IntVar(&p.cores, "cores", 4, "cores of a worker")
	flag.IntVar(&p.k, "k", 20, "number of segments")
	flag.IntVar(&p.dim, "dim", 384, "features of a vector")
	flag.IntVar(&p.rounds, "rounds", 40, "rounds of KMeans")
	flag.IntVar(&p.batches, "batches", 0, "batches of texts (0: one for 20,000 texts)")
	flag.IntVar(&p.blocks, "blocks", 0, "blocks of users (0: one for 20,000 users, 4096 at most)")
	flag.Float64Var(&p.perCore, "texts-per-second", 1360, "texts that one core embeds in a second")
	flag.Float64Var(&p.userRound, "user-round", 22e-9, "seconds of one core for a user and a centre in a round")
	flag.Float64Var(&p.textBytes, "text-bytes", 400, "bytes of a text in a batch, beside its vector")
	flag.Float64Var(&p.partBytes, "part-bytes", 8.13, "bytes of a number in what a block sends")
	flag.Float64Var(&p.network, "network", 250e6, "bytes a second that a worker sends")
	flag.Float64Var(&p.memory, "memory", 16e9, "bytes of a worker's memory")
	flag.Float64Var(&p.lifetime, "lifetime", 24*3600, "mean seconds until a worker is lost and replaced (0: never)")
	flag.Float64Var(&p.price, "price", 0.04, "price of a core for an hour")
	flag.Uint64Var(&p.seed, "seed", 1, "seed of stragglers and losses")
	flag.Parse()
	if err := p.check(); err != nil {
		fmt.Fprintln(os.Stderr, "scale:", err)
		os.Exit(2)
	}
	p.print()
}

func (p *plan) check() error {
	if p.batches == 0 {
		p.batches = int(max(1, math.Ceil(p.texts/20e3)))
	}
	if p.blocks == 0 {
		p.blocks = int(min(4096, max(1, math.Ceil(p.users()/20e3))))
	}
	for name, v := range map[string]float64{
		"texts": p.texts, "per-user": p.perUser, "workers": float64(p.workers), "cores": float64(p.cores), "k": float64(p.k), "dim": float64(p.dim),
		"texts-per-second": p.perCore, "network": p.network, "memory": p.memory, "batches": float64(p.batches), "blocks": float64(p.blocks),
	} {
		if !(v > 0) || math.IsInf(v, 0) {
			return fmt.Errorf("-%s is %v, want more than 0", name, v)
		}
	}
	return nil
}

func (p *plan) users() float64 { return p.texts / p.perUser }

// shuffled returns the bytes that blocks send in a round.
func (p *plan) shuffled() float64 {
	return float64(p.blocks) * float64(p.k) * (float64(p.dim)*p.partBytes + 200)
}

// embed simulates the batches one by one and returns the seconds, and the number
// of batches that were begun again.
func (p *plan) embed() (seconds float64, again int) {
	work := p.texts / float64(p.batches) / p.perCore
	return simulate(p.batches, p.workers, p.cores, p.lifetime, work, p.seed)
}

// round returns the seconds of a round: the blocks, what they send, and the sum
// of a cluster, which one worker adds up.
func (p *plan) round() float64 {
	work := p.users() / float64(p.blocks) * float64(p.k) * p.userRound
	seconds, _ := simulate(p.blocks, p.workers, p.cores, p.lifetime, work, p.seed+1)
	read := p.users() * float64(p.dim) * 4 / (float64(p.workers) * p.network)
	busiest := max(p.shuffled()/float64(min(p.workers, p.k)), float64(p.k*p.dim)*p.partBytes)
	return max(seconds, read) + busiest/p.network
}

// limit is a need beside what there is.
type limit struct {
	name        string
	need, there float64
	unit        string
}

func (p *plan) limits() []limit {
	vector := float64(p.dim) * 4
	return []limit{
		{"a batch in each core's memory", float64(p.cores) * p.texts / float64(p.batches) * (p.textBytes + vector) * 3, p.memory, "B"},
		{"a block in each core's memory", float64(p.cores) * p.users() / float64(p.blocks) * vector * 3, p.memory, "B"},
		{"a cluster's sums in one worker's memory", float64(p.blocks) * float64(p.dim) * 16, p.memory, "B"},
		{"names of files that the driver lists", float64(p.batches), 1e5, ""},
		{"users that the driver writes to one segments.csv", p.users() * 60, 10e9, "B"},
	}
}

func (p *plan) print() {
	embed, again := p.embed()
	round := p.round()
	all := embed + float64(p.rounds)*round
	fmt.Printf("%.4g texts of %.4g users, %d workers of %d cores, %d batches, %d blocks\n", p.texts, p.users(), p.workers, p.cores, p.batches, p.blocks)
	fmt.Printf("embed    %8.2f h, %d batches begun again\n", embed/3600, again)
	fmt.Printf("rounds   %8.2f h, %d of %.1f s, %.3g MB sent in each\n", float64(p.rounds)*round/3600, p.rounds, round, p.shuffled()/1e6)
	fmt.Printf("in all   %8.2f h, %.0f core hours, cost %.0f\n", all/3600, all/3600*float64(p.workers*p.cores), all/3600*float64(p.workers*p.cores)*p.price)
	first := limit{}
	for _, l := range p.limits() {
		fmt.Printf("  %6.1f %% of %-50s %.3g of %.3g %s\n", 100*l.need/l.there, l.name, l.need, l.there, l.unit)
		if first.there == 0 || l.need/l.there > first.need/first.there {
			first = l
		}
	}
	fmt.Printf("what breaks first: %s, at %.3g texts\n", first.name, p.texts*first.there/first.need)
}

// slot is a core of a worker.
type slot struct {
	free   float64 // when it can begin
	worker int
}

type slots []slot

func (s slots) Len() int           { return len(s) }
func (s slots) Less(i, j int) bool { return s[i].free < s[j].free }
func (s slots) Swap(i, j int)      { s[i], s[j] = s[j], s[i] }
func (s *slots) Push(x any)        { *s = append(*s, x.(slot)) }
func (s *slots) Pop() any {
	old := *s
	x := old[len(old)-1]
	*s = old[:len(old)-1]
	return x
}

// simulate runs tasks, each of so many seconds of work, on the cores of workers,
// of which some are slower than others at times. A worker that is lost takes what
// its cores were doing with it. It returns when the last task is done, and how
// many were begun again.
func simulate(tasks, workers, cores int, lifetime, work float64, seed uint64) (seconds float64, again int) {
	rng := rand.New(rand.NewPCG(seed, 0))
	lost := make([]float64, workers)
	next := func(from float64) float64 {
		if lifetime <= 0 {
			return math.Inf(1)
		}
		return from + rng.ExpFloat64()*lifetime
	}
	var free slots
	for w := range workers {
		lost[w] = next(0)
		for range cores {
			free = append(free, slot{worker: w})
		}
	}
	heap.Init(&free)
	for left := tasks; left > 0; {
		s := heap.Pop(&free).(slot)
		for s.free > lost[s.worker] { // it was replaced meanwhile
			lost[s.worker] = next(lost[s.worker])
		}
		end := s.free + work*math.Exp(0.15*rng.NormFloat64())
		if end > lost[s.worker] {
			again++
			s.free = lost[s.worker] + 120 // a new worker starts and loads the model
		} else {
			left--
			seconds = max(seconds, end)
			s.free = end
		}
		heap.Push(&free, s)
	}
	return seconds, again
}
