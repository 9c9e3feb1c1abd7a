package cohort

import (
	"runtime/debug"

	"github.com/seed-56ee9438/cohort/cluster"
	"github.com/seed-56ee9438/cohort/estimator"
	"github.com/seed-56ee9438/cohort/reduce"
)

// modulePath is where this module is found in a program's build information.
const modulePath = "github.com/seed-56ee9438/cohort"

func describe(g *gathered, o *Options) Run {
	r := Run{
		Cohort: version(), Model: o.Model.Name(), Digest: o.Model.Digest(), Dim: o.Model.Dim(),
		Seed: o.Seed, Pooling: o.Pooling.String(), Chosen: o.chosen, Input: g.print, Edits: o.Edits,
	}
	if o.Pooling == PoolRecency {
		r.Pooling += ", half-life " + o.HalfLife.String()
	}
	c := describeClusterer(o)
	r.Clusterer, r.Settings = c.String(), &RunSettings{Clusterer: c}
	if o.Reduce != nil {
		d := reduce.Describe(o.Reduce)
		r.Reduce, r.Settings.Reduce = d.String(), &d
	}
	if o.Prepare != nil {
		r.Prepare = o.Prepare.Describe()
	}
	if o.Sentiment != nil {
		r.Sentiment = o.Sentiment.Describe()
	}
	return r
}

func describeClusterer(o *Options) estimator.Description {
	if o.Clusterer == nil {
		return cluster.Describe(cluster.KMeans{K: o.K, Seed: o.Seed})
	}
	return cluster.Describe(o.Clusterer)
}

// version returns this module's version as the program was built with it.
func version() string {
	if b, ok := debug.ReadBuildInfo(); ok {
		if b.Main.Path == modulePath {
			return b.Main.Version
		}
		for _, d := range b.Deps {
			if d.Path == modulePath {
				return d.Version
			}
		}
	}
	return "(devel)"
}
