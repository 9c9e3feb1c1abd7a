// Package score implements the scores of a partition that both eval (as its
// public API) and cluster.Choose (to select a number of clusters) need: the
// silhouette, Calinski-Harabasz and Davies-Bouldin indices of points and
// labels, and the adjusted Rand index of two labellings. Package eval documents
// them.
//
// All functions here that take ctx check it between blocks, run on threads
// goroutines (0 means GOMAXPROCS) and return the same bits for any number of
// threads. Labels may be any integers. Noise, label -1, is a cluster like any
// other here, as in scikit-learn; Drop removes it.
package score
