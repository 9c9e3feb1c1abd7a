package result

// Map describes the map of the users in the plane.
type Map struct {
	Method string `json:"method"` // "pca"
	// Explained is the share of the variance that the two axes account for.
	Explained float64 `json:"explained"`
}

// Join is one step of merging the segments, nearest first (average linkage on
// the cosine distance of their centres).
type Join struct {
	A        int     `json:"a"` // IDs of segments, or n+i for step i, where n is the largest ID + 1
	B        int     `json:"b"`
	Distance float64 `json:"distance"`
}
