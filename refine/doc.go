// Package refine improves a partition of users by training on what it
// partitions: it fits a model of the segments to users' vectors and words, lets
// the model and each user's neighbours label the users again, and repeats this.
//
// It is self-training with pseudo-labels, in the manner of SCCL, RSTC and POTA,
// on vectors that stay as they are. The model of a segment has two views: a mean
// direction of the vectors, as in a mixture of von Mises-Fisher distributions,
// and the frequencies of its words, stop words too, as in naive Bayes. A third
// opinion is that of a user's nearest neighbours by vectors and words, which plays
// the part of augmented texts: who says nearly the same belongs to the same
// segment. Optimal transport turns the three into pseudo-labels, soft, under the
// constraint that segments keep about their sizes, without which the largest would
// swallow the others.
//
// Fit starts from segments that there are. FitAnew finds as many segments by
// vectors and words together first: vectors may part texts by what is asked, where
// words, the names of products for instance, part them by what it is asked about.
// Either way, segments whose sizes are nearly equal once they are trained are drawn
// towards one size, as SCCL's target distribution draws all; see Sizes.
//
// Nothing is random but the directions and starts of FitAnew, whose seed is fixed:
// results depend on the input alone, and not on the number of threads.
//
// # References
//
//   - Banerjee, Dhillon, Ghosh & Sra, Clustering on the unit hypersphere using von Mises-Fisher distributions, 2005
//   - Blum & Mitchell, Combining labeled and unlabeled data with co-training, 1998
//   - Cuturi, Sinkhorn distances: lightspeed computation of optimal transport, 2013
//   - Deerwester, Dumais, Furnas, Landauer & Harshman, Indexing by latent semantic analysis, 1990
//   - Halko, Martinsson & Tropp, Finding structure with randomness, 2011
//   - Nigam, McCallum, Thrun & Mitchell, Text classification from labeled and unlabeled documents using EM, 2000
//   - Van Gansbeke, Vandenhende, Georgoulis, Proesmans & Van Gool, SCAN: learning to classify images without labels, 2020
//   - Zhang et al., Supporting clustering with contrastive learning, 2021 (SCCL)
//   - Zheng et al., Robust representation learning with reliable pseudo-labels generation via self-adaptive optimal transport for short text clustering, 2023 (RSTC)
//   - arXiv:2501.15194, pseudo-labels by optimal transport with adaptive class balance (POTA)
package refine
