// Package cluster finds groups of points with KMeans, DBSCAN and other methods.
// It takes any gonum mat.Matrix and has a fast path for float32 rows.
package cluster
