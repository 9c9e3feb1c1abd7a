// Package score holds the scores of a partition that both eval (for people)
// and cluster.Choose (to pick a number of clusters) need: the silhouette,
// Calinski-Harabasz and Davies-Bouldin indices of points and labels, and the
// adjusted Rand index of two labellings. Package eval documents them; it is
// their public face.
//
// All functions here take ctx, check it between blocks, run on threads
// goroutines (0: GOMAXPROCS) and return the same bits for any number of them.
// Labels may be any integers. Noise, label -1, is a cluster like any other
// here, as in scikit-learn; Drop removes it.
package score
