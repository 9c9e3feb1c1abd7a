package beam

import (
	"errors"
	"fmt"
)

// ErrOptions: an option has an invalid value.
var ErrOptions = errors.New("cohort/beam: an option has an invalid value")

// The largest numbers that are accepted. What is larger is a mistake: a pipeline
// has a transform for each round, and a file for each group.
const (
	mostGroups   = 1 << 20
	mostClusters = 1 << 16
	mostRounds   = 1000
	mostThreads  = 1 << 16
)

// between checks that a number is from least to most.
func between(name string, n, least, most int) error {
	if n < least || n > most {
		return fmt.Errorf("%w: %s is %d, want %d to %d", ErrOptions, name, n, least, most)
	}
	return nil
}

func (o *PrepareOptions) check() error {
	return errors.Join(between("Batches", o.Batches, 0, mostGroups), between("MinLetters", o.MinLetters, 0, 1<<30), o.Model.check())
}

func (o *PoolOptions) check() error {
	err := between("Blocks", o.Blocks, 0, mostGroups)
	if o.HalfLife < 0 {
		err = fmt.Errorf("%w: HalfLife is %v, want 0 or more", ErrOptions, o.HalfLife)
	}
	return err
}

func (o *TermsOptions) check() error {
	return errors.Join(between("Clusters", o.Clusters, 1, mostClusters), between("MinTexts", o.MinTexts, 0, 1<<30))
}

func (o *ModelOptions) check() error { return between("Threads", o.Threads, 0, mostThreads) }

func (c *Centers) check() error {
	if err := errors.Join(between("K", c.K, 1, mostClusters), between("Dim", c.Dim, 1, 1<<20), between("Round", c.Round, 0, 1<<30)); err != nil {
		return err
	}
	if len(c.Data) != c.K*c.Dim {
		return fmt.Errorf("%w: %d centres of %d features have %d numbers", ErrOptions, c.K, c.Dim, len(c.Data))
	}
	return nil
}
