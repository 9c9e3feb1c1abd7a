package cluster

import "math"

// persistence is a run of adjacent DBSCAN candidates that find the same number
// of clusters, at least two.
type persistence struct {
	first, last int     // positions of its candidates
	width       float64 // logarithm of the ratio of its radii
	best        int     // the candidate in its middle
}

// mostPersistent returns the run that is longest on a logarithmic scale of Eps,
// of those with a middle that counts, or false if no such candidate has two
// clusters. Real groups appear at every radius
// from the one that connects their own points up to the one that connects the
// groups, whereas chance variations of density come and go. Edelsbrunner,
// Letscher and Zomorodian (2002) use this persistence to tell features from
// noise, and HDBSCAN uses it to select branches of its tree. Scores of
// compactness cannot do this, since they prefer many small pieces to one long
// shape.
//
// A candidate covers the radii that are nearer to it than to any other. Of runs
// of equal width, the one with more points in compact clusters wins. cs are in
// order of Eps.
func mostPersistent(cs []Candidate, counts func(*Candidate) bool) (persistence, bool) {
	var most persistence
	found := false
	edge := func(i int) float64 { // lower end of candidate i's radii, as a logarithm
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
			if counts(&cs[run.best]) && (!found || !same && run.width > most.width || same && compactness(&cs[run.best]) > compactness(&cs[most.best])) {
				most, found = run, true
			}
		}
		lo = hi
	}
	return most, found
}

// compactness is the silhouette, with noise counted as points of silhouette 0.
func compactness(c *Candidate) float64 {
	if c.Silhouette != c.Silhouette {
		return math.Inf(-1)
	}
	return c.Silhouette * (1 - c.NoiseShare)
}
