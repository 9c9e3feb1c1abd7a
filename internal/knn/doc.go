// Package knn finds the nearest neighbours of points under the Euclidean
// distance. Exact and Search compare all pairs by blocked matrix products, of
// bytes first; Descent is approximate, for points where n² is too much.
//
// Points should be centred: the products lose digits to the common part of all
// points. Neighbours are ordered by ascending distance, then by ascending
// index, and do not depend on the number of threads.
package knn
