package group

import (
	"context"
	"fmt"
	"slices"

	"github.com/seed-56ee9438/cohort/cluster"
	"github.com/seed-56ee9438/cohort/internal/dense"
	"github.com/seed-56ee9438/cohort/internal/fault"
	"github.com/seed-56ee9438/cohort/internal/pool"
	"github.com/seed-56ee9438/cohort/result"
)

// edited returns the parts after the edits. placed are the users in the space
// in which they are clustered, [rows, k].
func edited(ctx context.Context, parts []part, placed dense.Rows[float32], c Config) ([]part, error) {
	for n, e := range c.Edits {
		var err error
		switch e.Op {
		case "rename":
			err = rename(parts, e)
		case "merge":
			parts, err = merge(parts, e)
		case "split":
			parts, err = split(ctx, parts, placed, c, e)
		default:
			return nil, fmt.Errorf("%w: edit %d: unknown op, want merge, split or rename", fault.ErrOptions, n+1)
		}
		if err != nil {
			return nil, fmt.Errorf("%w: edit %d (%s): %w", fault.ErrOptions, n+1, e.Op, err)
		}
	}
	return parts, nil
}

// find returns the index of the part with an ID.
func find(parts []part, id int) (int, error) {
	i := slices.IndexFunc(parts, func(p part) bool { return p.id == id })
	if i < 0 {
		var have []int
		for _, p := range parts {
			have = append(have, p.id)
		}
		return -1, fmt.Errorf("there is no segment %d, there are %v", id, have)
	}
	return i, nil
}

func rename(parts []part, e result.Edit) error {
	i, err := find(parts, e.Segment)
	if err == nil && e.Name == "" {
		err = fmt.Errorf("segment %d gets no name", e.Segment)
	}
	if err == nil {
		parts[i].name = e.Name
	}
	return err
}

func merge(parts []part, e result.Edit) ([]part, error) {
	if len(e.Segments) < 2 {
		return nil, fmt.Errorf("%d segments, want two or more", len(e.Segments))
	}
	keep, err := find(parts, e.Segments[0])
	if err != nil {
		return nil, err
	}
	for _, id := range e.Segments[1:] {
		i, err := find(parts, id)
		if err != nil {
			return nil, err
		}
		if i == keep {
			return nil, fmt.Errorf("segment %d is named twice", id)
		}
		parts[keep].members = append(parts[keep].members, parts[i].members...)
		parts = slices.Delete(parts, i, i+1)
		if i < keep {
			keep--
		}
	}
	slices.Sort(parts[keep].members)
	parts[keep].name = e.Name
	return parts, nil
}

func split(ctx context.Context, parts []part, placed dense.Rows[float32], c Config, e result.Edit) ([]part, error) {
	i, err := find(parts, e.Segment)
	if err != nil {
		return nil, err
	}
	into := e.Into
	if into == 0 {
		into = 2
	}
	members := parts[i].members
	if into < 2 || into > len(members) {
		return nil, fmt.Errorf("segment %d has %d users and cannot be split into %d", e.Segment, len(members), into)
	}
	km := cluster.KMeans{K: into, Seed: c.Seed, Threads: c.Threads}
	x := pool.Take(placed, members)
	p, err := km.Cluster(ctx, dense.Matrix{Rows: x})
	if err != nil {
		return nil, err
	}
	made := partition(p.Assignments(), x)
	next := 0
	for _, p := range parts {
		next = max(next, p.id+1)
	}
	for n := range made {
		for m, r := range made[n].members {
			made[n].members[m] = members[r]
		}
		made[n].id = e.Segment
		if n > 0 {
			made[n].id = next
			next++
		}
	}
	made[0].name = parts[i].name
	parts[i] = made[0]
	return append(parts, made[1:]...), nil
}
