// Package reduce describes points with fewer features: to look at them in two
// dimensions, to cluster what matters of them, or to make clustering faster.
//
// # Which one
//
//   - PCA keeps what varies most. Linear, exact, invertible; distances shrink but
//     do not lie. The choice before KMeans, and for an honest picture.
//   - RandomProjection keeps all distances within a known factor, for any points,
//     at next to no cost. The choice for thousands of features.
//   - UMAP keeps neighbours. Groups that other pictures lay over each other come
//     apart; sizes of groups and distances between them mean little. The choice
//     for a picture of many groups and before density clustering.
//
// Trustworthiness tells how far a picture can be trusted.
//
// # How they are used
//
// Options are plain structs whose zero value is a sensible start; Fit learns
// from points and returns a result, which transforms these points and new ones:
//
//	pca, err := reduce.PCA{Components: 50}.Fit(ctx, x)
//	z, err := pca.Transform(ctx, x)            // [n, 50]
//	y, err := pca.InverseTransform(ctx, z)     // back to [n, d], nearly
//
// All three are Reducers, and all their results Projections, for code that does
// not care which. Results are immutable and safe for many goroutines.
//
// Points are the rows of any mat.Matrix, [n, d]. One with a method
//
//	RawFloat32() (data []float32, stride int)
//
// (bert.Embeddings has it) is read in place as float32 rows, a *mat.Dense in
// place as float64 rows. PCA and RandomProjection compute in float64 either way,
// UMAP in float32 for neighbours and float64 for places.
//
// # Memory
//
// PCA takes O(d²) beside the points, or O(n d) where features outnumber these, or
// O(d Components) if randomized; UMAP a float32 copy of the points and
// O(n Neighbors). Nothing takes n², but PCA where n is less than d.
//
// # The same bytes
//
// For one input and seed, results are the same for any number of threads. UMAP
// has that too, which it usually has not: its layout moves points in rounds of
// tasks that have no point in common.
//
// # References
//
//   - Achlioptas, Database-friendly random projections, 2003
//   - Belkin & Niyogi, Laplacian eigenmaps for dimensionality reduction, 2003
//   - Dasgupta & Gupta, An elementary proof of a theorem of Johnson and Lindenstrauss, 2003
//   - Dong, Moses & Li, Efficient k-nearest neighbor graph construction for generic similarity measures, 2011
//   - Gemulla, Nijkamp, Haas & Sismanis, Large-scale matrix factorization with distributed stochastic gradient descent, 2011
//   - Halko, Martinsson & Tropp, Finding structure with randomness, 2011
//   - Johnson & Lindenstrauss, Extensions of Lipschitz mappings into a Hilbert space, 1984
//   - Li, Hastie & Church, Very sparse random projections, 2006
//   - McInnes, Healy & Melville, UMAP: uniform manifold approximation and projection, 2018
//   - Pearson, On lines and planes of closest fit to systems of points in space, 1901
//   - Venna & Kaski, Neighborhood preservation in nonlinear projection methods, 2001
package reduce
