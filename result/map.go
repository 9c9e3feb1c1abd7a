package result

// Map places users in the plane.
type Map struct {
	Method string `json:"method"` // "pca"
	// Explained is the share of the variance that the two axes show.
	Explained float64 `json:"explained"`
}

// Join is one step of joining the segments, nearest first (average linkage on
// the cosine distance of their centres).
type Join struct {
	A        int     `json:"a"` // IDs of segments; or n+i for step i, n being the largest ID + 1
	B        int     `json:"b"`
	Distance float64 `json:"distance"`
}
