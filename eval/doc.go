// Package eval evaluates partitions: clusters against the points they consist
// of, and against a known truth.
//
//	s, err := eval.Silhouette(x, labels, eval.Cosine) // x [n, d], labels [n]
//	a, err := eval.Compare(truth, labels)             // a.ARI, a.NMI, …
//
// # Points and labels
//
// Points are the rows of any mat.Matrix, [n, d]. Labels are n arbitrary
// integers, in the order of the rows. A matrix with a method
//
//	RawFloat32() (data []float32, stride int)
//
// (such as bert.Embeddings) is read in place as float32 rows; a *mat.Dense is
// read in place as float64 rows; anything else is copied to float64.
//
// # Without a truth
//
// A Scorer holds the options; its zero value is ready to use. The functions
// with the same names are short forms without a context.
//
//	Silhouette        [-1, 1], larger is better; per point as well     O(n² d), cosine O(n k d)
//	CalinskiHarabasz  [0, ∞), larger is better, euclidean              O(n d)
//	DaviesBouldin     [0, ∞), smaller is better, euclidean             O(n d + k² d)
//	Dunn              [0, ∞], larger is better, one outlier decides it O(n² d)
//	DBCV              [-1, 1], larger is better, clusters of any shape O(n² d)
//
// No score stores n² values: memory is O(n + k d) in addition to the points,
// plus at most 64 MiB of sums. Silhouette, CalinskiHarabasz and DaviesBouldin
// agree with scikit-learn 1.9 to a relative error of 1e-9 for float64 points.
//
// The first three need 2 to n-1 distinct labels; otherwise the error is a
// *LabelCountError.
//
// # Noise
//
// Label -1 (Noise) marks points that belong to no cluster. scikit-learn scores
// them as if they were a cluster, and so do the functions here;
// Scorer.SkipNoise leaves them out. Neither is fully satisfactory: counting
// noise as a cluster penalizes DBSCAN for doing its job, and leaving it out
// rewards labelling everything difficult as noise. Scorer.Report gives both
// scores, and the share of noise.
//
// # With a truth
//
// Compare returns all scores at once. There is also a function for each: ARI,
// Rand, NMI, AMI, MutualInformation, Homogeneity, Completeness, VMeasure,
// FowlkesMallows, Purity, and Contingency and Pairs for the underlying counts.
// They take O(n) memory for any number of labels. Use ARI or AMI to compare
// different numbers of clusters: the other scores increase with that number by
// chance alone.
//
// # Stability
//
// Stability clusters bootstrap samples and reports how well the clusters are
// reproduced, overall and individually.
//
// # Reproducibility
//
// Sums are computed in an order that does not depend on the number of threads,
// so the results do not depend on it either. Samples depend only on the seed.
//
// # References
//
//   - Caliński & Harabasz, A dendrite method for cluster analysis, 1974
//   - Davies & Bouldin, A cluster separation measure, 1979
//   - Dunn, Well-separated clusters and optimal fuzzy partitions, 1974
//   - Fowlkes & Mallows, A method for comparing two hierarchical clusterings, 1983
//   - Hennig, Cluster-wise assessment of cluster stability, 2007
//   - Hubert & Arabie, Comparing partitions, 1985
//   - Moulavi, Jaskowiak, Campello, Zimek & Sander, Density-based clustering validation, 2014
//   - Rand, Objective criteria for the evaluation of clustering methods, 1971
//   - Rosenberg & Hirschberg, V-measure: a conditional entropy-based external cluster evaluation measure, 2007
//   - Rousseeuw, Silhouettes: a graphical aid to the interpretation and validation of cluster analysis, 1987
//   - Vinh, Epps & Bailey, Information theoretic measures for clusterings comparison, 2010
package eval
