package cluster

import "math"

// persistence is a run of neighbouring candidates of DBSCAN that find the same
// number of clusters, at least two.
type persistence struct {
	first, last int     // positions of its candidates
	width       float64 // of its radii, as the logarithm of their ratio
	best        int     // the candidate in its middle
}

// mostPersistent returns the run that is longest on a logarithmic scale of
// Eps, or false if no candidate has two clusters. Groups that are there show
// at every radius from that which joins their own points to that which joins
// them to each other, while what chance makes of a density comes and goes: the
// persistence by which Edelsbrunner, Letscher and Zomorodian (2002) tell
// features from noise, and HDBSCAN chooses among its tree's branches. Compact
// scores cannot do this, since they prefer many small pieces to one long shape.
//
// A candidate speaks for the radii that are nearer to it than to another. Of
// runs of the same width, the one with more points in compact clusters is taken.
// cs are in the order of Eps.
func mostPersistent(cs []Candidate) (persistence, bool) {
	var most persistence
	found := false
	edge := func(i int) float64 { // where candidate i begins, in logarithms
		switch i {
		case 0:
			return math.Log(cs[0].Eps)
		case len(cs):
			return math.Log(cs[len(cs)-1].Eps)
		}
		return (math.Log(cs[i-1].Eps) + math.Log(cs[i].Eps)) / 2
	}
	for lo := 0; lo < len(cs); {
		hi := lo + 1
		for hi < len(cs) && cs[hi].Clusters == cs[lo].Clusters {
			hi++
		}
		if cs[lo].Clusters >= 2 {
			run := persistence{first: lo, last: hi - 1, width: edge(hi) - edge(lo), best: lo}
			middle := (math.Log(cs[lo].Eps) + math.Log(cs[hi-1].Eps)) / 2
			for i := lo; i < hi; i++ {
				if math.Abs(math.Log(cs[i].Eps)-middle) < math.Abs(math.Log(cs[run.best].Eps)-middle)-1e-9 {
					run.best = i
				}
			}
			same := found && math.Abs(run.width-most.width) <= 1e-9
			if !found || !same && run.width > most.width || same && compactness(&cs[run.best]) > compactness(&cs[most.best]) {
				most, found = run, true
			}
		}
		lo = hi
	}
	return most, found
}

// compactness is the silhouette, with noise counted as points at 0.
func compactness(c *Candidate) float64 {
	if c.Silhouette != c.Silhouette {
		return math.Inf(-1)
	}
	return c.Silhouette * (1 - c.NoiseShare)
}
