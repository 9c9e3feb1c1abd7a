// Package eval judges partitions: clusters against the points they are made of,
// and against a known truth.
//
// # Points and labels
//
// Points are the rows of any mat.Matrix, [n, d]; labels are n integers of any
// value, in the order of the rows. A matrix with a method
//
//	RawFloat32() (data []float32, stride int)
//
// (bert.Embeddings has it) is read in place as float32 rows; a *mat.Dense is
// read in place as float64 rows; anything else is copied to float64.
//
// # Without a truth
//
// A Scorer holds the options; its zero value is fine. The functions of the same
// names are short forms without a context.
//
//	Silhouette        [-1, 1], larger is better; per point as well     O(n² d), cosine O(n k d)
//	CalinskiHarabasz  [0, ∞), larger is better, euclidean              O(n d)
//	DaviesBouldin     [0, ∞), smaller is better, euclidean             O(n d + k² d)
//	Dunn              [0, ∞], larger is better, one outlier decides it O(n² d)
//	DBCV              [-1, 1], larger is better, clusters of any shape O(n² d)
//
// No score holds n² of anything: memory is O(n + k d) beside the points, plus
// at most 64 MiB of sums. Silhouettes, Calinski-Harabasz and Davies-Bouldin
// have the values of scikit-learn 1.9, to 1e-9 relative for float64 points.
//
// The first three need 2 to n-1 distinct labels: anything else is a
// *LabelCountError.
//
// # Noise
//
// Label -1 (Noise) is for points in no cluster. scikit-learn scores them as if
// they were a cluster, and so do the functions here; Scorer.SkipNoise leaves
// them out. Neither tells the whole truth: counting noise as a cluster punishes
// DBSCAN for what it is for, and leaving it out rewards calling everything
// difficult noise. Scorer.Report gives both, and the share of noise.
//
// # With a truth
//
// Compare gives all scores at once; each has a function too: ARI, Rand, NMI,
// AMI, MutualInformation, Homogeneity, Completeness, VMeasure, FowlkesMallows,
// Purity, and Contingency and Pairs for the counts behind them. They take O(n)
// memory however many labels there are. Prefer ARI or AMI when numbers of
// clusters differ: the others rise with it by chance alone.
//
// # Stability
//
// Stability clusters bootstrap samples and tells how well clusters survive
// that, as a whole and one by one.
//
// # The same bytes
//
// Sums are taken in an order that does not depend on the number of threads, so
// the results do not either. Samples depend on the seed alone.
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
