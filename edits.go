package cohort

import (
	"context"
	"fmt"
	"slices"

	"github.com/seed-56ee9438/cohort/cluster"
)

func (gr *groups) find(id int) (int, error) {
	i := slices.IndexFunc(gr.list, func(p group) bool { return p.id == id })
	if i < 0 {
		var have []int
		for _, p := range gr.list {
			have = append(have, p.id)
		}
		return -1, fmt.Errorf("there is no segment %d, there are %v", id, have)
	}
	return i, nil
}

// edit applies the edits to the members and names.
func (gr *groups) edit(ctx context.Context, o *Options) error {
	for n, e := range o.Edits {
		var err error
		switch e.Op {
		case "rename":
			err = gr.rename(e)
		case "merge":
			err = gr.merge(e)
		case "split":
			err = gr.split(ctx, o, e)
		default:
			return fmt.Errorf("%w: edit %d: unknown op, want merge, split or rename", ErrOptions, n+1)
		}
		if err != nil {
			return fmt.Errorf("%w: edit %d (%s): %w", ErrOptions, n+1, e.Op, err)
		}
	}
	return nil
}

func (gr *groups) rename(e Edit) error {
	i, err := gr.find(e.Segment)
	if err == nil && e.Name == "" {
		err = fmt.Errorf("segment %d gets no name", e.Segment)
	}
	if err == nil {
		gr.list[i].name = e.Name
	}
	return err
}

func (gr *groups) merge(e Edit) error {
	if len(e.Segments) < 2 {
		return fmt.Errorf("%d segments, want two or more", len(e.Segments))
	}
	keep, err := gr.find(e.Segments[0])
	if err != nil {
		return err
	}
	for _, id := range e.Segments[1:] {
		i, err := gr.find(id)
		if err != nil {
			return err
		}
		if i == keep {
			return fmt.Errorf("segment %d is named twice", id)
		}
		gr.list[keep].members = append(gr.list[keep].members, gr.list[i].members...)
		gr.list = slices.Delete(gr.list, i, i+1)
		if i < keep {
			keep--
		}
	}
	slices.Sort(gr.list[keep].members)
	gr.list[keep].name = e.Name
	return nil
}

func (gr *groups) split(ctx context.Context, o *Options, e Edit) error {
	i, err := gr.find(e.Segment)
	if err != nil {
		return err
	}
	into := e.Into
	if into == 0 {
		into = 2
	}
	members := gr.list[i].members
	if into < 2 || into > len(members) {
		return fmt.Errorf("segment %d has %d users and cannot be split into %d", e.Segment, len(members), into)
	}
	p, err := cluster.KMeans{K: into, Seed: o.Seed, Threads: o.Threads}.Cluster(ctx, take(gr.placed, members))
	if err != nil {
		return err
	}
	parts := newGroups(p.Assignments()).list
	next := 0
	for _, p := range gr.list {
		next = max(next, p.id+1)
	}
	for n := range parts {
		for m, r := range parts[n].members {
			parts[n].members[m] = members[r]
		}
		parts[n].id = e.Segment
		if n > 0 {
			parts[n].id = next
			next++
		}
	}
	parts[0].name = gr.list[i].name
	gr.list[i] = parts[0]
	gr.list = append(gr.list, parts[1:]...)
	return nil
}
