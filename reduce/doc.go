// Package reduce describes points with fewer features: to view them in two
// dimensions, to cluster their essential features, or to cluster faster.
//
// # Choosing a method
//
//   - PCA keeps the directions of largest variance. It is linear, exact and
//     invertible; distances may shrink but are not otherwise distorted. Use it
//     before KMeans and for faithful pictures.
//   - RandomProjection preserves all distances within a known factor, for any
//     points, at almost no cost. Use it for thousands of features.
//   - UMAP preserves neighbourhoods. It separates groups that overlap in other
//     pictures; sizes of groups and distances between them mean little. Use it
//     for pictures of many groups and before density clustering.
//   - Smoothing draws points towards their neighbours. Use it before KMeans, on
//     embeddings of texts.
//
// Trustworthiness measures how far a picture can be trusted.
//
// # Usage
//
// Options are plain structs whose zero value has good defaults. Fit learns from
// points and returns a result that transforms these points and new ones:
//
//	pca, err := reduce.PCA{Components: 50}.Fit(ctx, x)
//	z, err := pca.Transform(ctx, x)            // [n, 50]
//	y, err := pca.InverseTransform(ctx, z)     // back to [n, d], nearly
//
// All of them are Reducers and their results are Projections, for code that works
// with any of them. Results are immutable and safe for concurrent use.
//
// Points are the rows of any mat.Matrix, [n, d]. One with a method
//
//	RawFloat32() (data []float32, stride int)
//
// (such as bert.Embeddings) is read in place as float32 rows, a *mat.Dense in
// place as float64 rows. PCA and RandomProjection compute in float64 in either
// case; UMAP and Smoothing use float32 for neighbours, UMAP float64 for
// positions.
//
// # Memory
//
// In addition to the points, PCA takes O(d²) memory, O(n d) if there are more
// features than points, or O(d Components) if randomized. UMAP takes a float32
// copy of the points and O(n Neighbors). Nothing takes n², except PCA if n is
// less than d.
//
// # Reproducibility
//
// For a given input and seed, results are the same for any number of threads.
// This includes UMAP, whose implementations are usually not reproducible in
// parallel: its layout moves points in rounds of tasks that have no points in
// common.
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
