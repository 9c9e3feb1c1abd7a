// Package knn finds the nearest neighbours of points under the euclidean
// distance: all pairs by blocked matrix products, of bytes first (Exact, Search), or
// approximately by nearest-neighbour descent (Descent) where n² is too much.
//
// Points should be centred: the products lose digits to what all points have
// in common. Neighbours come by ascending distance, equal distances by
// ascending index, and are the same for any number of threads.
package knn
