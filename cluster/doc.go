// Package cluster finds groups among points: KMeans, DBSCAN and more, on any
// gonum mat.Matrix, with a fast path for float32 rows.
package cluster
