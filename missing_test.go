package cohort_test

import (
	"testing"

	"github.com/seed-56ee9438/cohort"
	"github.com/seed-56ee9438/cohort/bert"
	"github.com/seed-56ee9438/cohort/cluster"
	"github.com/seed-56ee9438/cohort/corpus"
	"github.com/seed-56ee9438/cohort/drift"
	"github.com/seed-56ee9438/cohort/estimator"
	"github.com/seed-56ee9438/cohort/eval"
	"github.com/seed-56ee9438/cohort/hub"
	"github.com/seed-56ee9438/cohort/internal/testdir"
	"github.com/seed-56ee9438/cohort/npy"
	"github.com/seed-56ee9438/cohort/probe"
	"github.com/seed-56ee9438/cohort/quantize"
	"github.com/seed-56ee9438/cohort/reduce"
	"github.com/seed-56ee9438/cohort/report"
	"github.com/seed-56ee9438/cohort/report/charts"
	"github.com/seed-56ee9438/cohort/result"
	"github.com/seed-56ee9438/cohort/search"
	"github.com/seed-56ee9438/cohort/sentiment"
	"github.com/seed-56ee9438/cohort/source"
	"github.com/seed-56ee9438/cohort/text/chinese"
	"github.com/seed-56ee9438/cohort/text/keyword"
	"github.com/seed-56ee9438/cohort/text/langid"
	"github.com/seed-56ee9438/cohort/text/pii"
	"github.com/seed-56ee9438/cohort/tokenize"
	"github.com/seed-56ee9438/cohort/tokenize/sugarme"
	"github.com/seed-56ee9438/cohort/train"
)

// No function panics without arguments, and none that takes a context does
// without one.
func TestMissingArguments(t *testing.T) {
	t.Parallel()
	for name, f := range map[string]any{
		"bert.NewEmbeddings": bert.NewEmbeddings, "bert.NewMultiVectors": bert.NewMultiVectors, "bert.NewSparseVectors": bert.NewSparseVectors, "bert.ParsePooling": bert.ParsePooling,
		"charts.Draw": charts.Draw, "chinese.New": chinese.New,
		"cluster.Choose": cluster.Choose, "cluster.KDistances": cluster.KDistances, "cluster.Marshal": cluster.Marshal, "cluster.Memberships": cluster.Memberships,
		"cluster.Parse": cluster.Parse, "cluster.ParseInit": cluster.ParseInit, "cluster.ParseLinkage": cluster.ParseLinkage, "cluster.ParseMetric": cluster.ParseMetric,
		"cluster.ParseSelection": cluster.ParseSelection, "cluster.Unmarshal": cluster.Unmarshal,
		"cohort.Fit": cohort.Fit, "cohort.FromVectors": cohort.FromVectors, "cohort.LoadSegmenter": cohort.LoadSegmenter, "cohort.ParsePooling": cohort.ParsePooling,
		"cohort.ParseRepeatsOf": cohort.ParseRepeatsOf, "cohort.ParseRest": cohort.ParseRest, "cohort.ReadEdits": cohort.ReadEdits, "cohort.Segment": cohort.Segment,
		"cohort.Slice": cohort.Slice, "cohort.WriteEdits": cohort.WriteEdits,
		"corpus.ParseRepeatsOf": corpus.ParseRepeatsOf, "corpus.Slice": corpus.Slice,
		"drift.Compare":       drift.Compare,
		"estimator.BadMetric": estimator.BadMetric, "estimator.ParseMetric": estimator.ParseMetric,
		"eval.AMI": eval.AMI, "eval.ARI": eval.ARI, "eval.CalinskiHarabasz": eval.CalinskiHarabasz, "eval.Compare": eval.Compare, "eval.Completeness": eval.Completeness,
		"eval.Contingency": eval.Contingency, "eval.DBCV": eval.DBCV, "eval.DaviesBouldin": eval.DaviesBouldin, "eval.Dunn": eval.Dunn,
		"eval.FowlkesMallows": eval.FowlkesMallows, "eval.Homogeneity": eval.Homogeneity, "eval.MutualInformation": eval.MutualInformation, "eval.NMI": eval.NMI,
		"eval.Pairs": eval.Pairs, "eval.ParseMetric": eval.ParseMetric, "eval.Purity": eval.Purity, "eval.Rand": eval.Rand, "eval.Silhouette": eval.Silhouette,
		"eval.SilhouetteSamples": eval.SilhouetteSamples, "eval.VMeasure": eval.VMeasure,
		"hub.List": hub.List, "hub.Resolve": hub.Resolve,
		"keyword.ByEmbedding": keyword.ByEmbedding, "keyword.Extract": keyword.Extract, "langid.New": langid.New,
		"npy.ReadInts": npy.ReadInts, "npy.ReadMatrix": npy.ReadMatrix, "npy.Write": npy.Write, "npy.WriteHeader": npy.WriteHeader, "npy.WriteHeaderOf": npy.WriteHeaderOf,
		"npy.WriteInts": npy.WriteInts, "npy.WriteMatrix": npy.WriteMatrix, "npy.WriteRows": npy.WriteRows, "npy.WriteShape": npy.WriteShape,
		"pii.New": pii.New, "pii.NewMasker": pii.NewMasker, "probe.FitLogistic": probe.FitLogistic, "probe.FitRidge": probe.FitRidge,
		"quantize.Binary": quantize.Binary, "quantize.Float16": quantize.Float16, "quantize.Int8": quantize.Int8, "quantize.RangesOf": quantize.RangesOf,
		"quantize.SignedBinary": quantize.SignedBinary, "quantize.Uint8": quantize.Uint8,
		"reduce.Marshal": reduce.Marshal, "reduce.Parse": reduce.Parse, "reduce.ParseInit": reduce.ParseInit, "reduce.ParseMetric": reduce.ParseMetric,
		"reduce.ParseSolver": reduce.ParseSolver, "reduce.TakeApart": reduce.TakeApart, "reduce.Trustworthiness": reduce.Trustworthiness, "reduce.Unmarshal": reduce.Unmarshal,
		"report.WriteCSV": report.WriteCSV, "report.WriteHTML": report.WriteHTML,
		"result.ReadEdits": result.ReadEdits, "result.ReadJSON": result.ReadJSON, "result.WriteEdits": result.WriteEdits, "result.WriteJSON": result.WriteJSON,
		"search.New": search.New, "search.Open": search.Open, "search.Parse": search.Parse, "search.ParseKind": search.ParseKind, "search.ParseMetric": search.ParseMetric,
		"search.Similarities": search.Similarities, "search.TopK": search.TopK,
		"sentiment.FitBlend": sentiment.FitBlend, "sentiment.FitGrams": sentiment.FitGrams,
		"sentiment.FitLogistic": sentiment.FitLogistic, "sentiment.FitMixed": sentiment.FitMixed, "sentiment.FitNetwork": sentiment.FitNetwork, "sentiment.FitRidge": sentiment.FitRidge,
		"sentiment.LabelValues": sentiment.LabelValues, "sentiment.Read": sentiment.Read, "sentiment.ReadBlend": sentiment.ReadBlend, "sentiment.ReadMixed": sentiment.ReadMixed,
		"source.Create": source.Create, "source.Files": source.Files, "source.FormatOf": source.FormatOf, "source.InDirectory": source.InDirectory, "source.NewFile": source.NewFile, "source.Open": source.Open, "source.ParseFormat": source.ParseFormat,
		"source.ParseRating": source.ParseRating, "source.ParseTime": source.ParseTime,
		"sugarme.ParseJSON": sugarme.ParseJSON, "tokenize.FromVocab": tokenize.FromVocab, "tokenize.Load": tokenize.Load, "tokenize.LoadJSON": tokenize.LoadJSON,
		"tokenize.ParseJSON": tokenize.ParseJSON, "train.FewLabels": train.FewLabels, "train.Run": train.Run[train.Pair],
	} {
		testdir.MissingArgument(t, name, f)
	}
	for name, v := range map[string]any{
		"bert.Embeddings": new(bert.Embeddings), "bert.Encoder": new(bert.Encoder), "bert.MultiVectors": new(bert.MultiVectors), "bert.Preset": new(bert.Preset), "bert.SparseVectors": new(bert.SparseVectors),
		"cluster.Agglomerative": new(cluster.Agglomerative), "cluster.AgglomerativeResult": new(cluster.AgglomerativeResult), "cluster.AtMost": new(cluster.AtMost), "cluster.Auto": new(cluster.Auto),
		"cluster.BisectingKMeans": new(cluster.BisectingKMeans), "cluster.Choice": new(cluster.Choice), "cluster.DBSCAN": new(cluster.DBSCAN), "cluster.DBSCANResult": new(cluster.DBSCANResult),
		"cluster.HDBSCAN": new(cluster.HDBSCAN), "cluster.HDBSCANResult": new(cluster.HDBSCANResult), "cluster.KMeans": new(cluster.KMeans), "cluster.KMeansResult": new(cluster.KMeansResult),
		"cluster.MiniBatchKMeans": new(cluster.MiniBatchKMeans), "cluster.MiniBatchStream": new(cluster.MiniBatchStream), "cluster.Predictor": new(cluster.Predictor),
		"cohort.Segmenter": new(cohort.Segmenter), "corpus.PrivacyPreparer": new(corpus.PrivacyPreparer), "corpus.Repeats": new(corpus.Repeats),
		"estimator.Description": new(estimator.Description), "estimator.Params": new(estimator.Params), "eval.Scorer": new(eval.Scorer), "eval.Stability": new(eval.Stability),
		"keyword.Counter": new(keyword.Counter), "pii.Detector": new(pii.Detector), "pii.Masker": new(pii.Masker), "probe.Logistic": new(probe.Logistic), "probe.Ridge": new(probe.Ridge),
		"quantize.Ranges": new(quantize.Ranges), "reduce.AtMost": new(reduce.AtMost), "reduce.PCA": new(reduce.PCA), "reduce.PCAResult": new(reduce.PCAResult), "reduce.Parts": new(reduce.Parts),
		"reduce.RandomProjection": new(reduce.RandomProjection), "reduce.RandomProjectionResult": new(reduce.RandomProjectionResult), "reduce.UMAP": new(reduce.UMAP), "reduce.UMAPResult": new(reduce.UMAPResult),
		"report.Page": new(report.Page), "search.Index": new(search.Index), "sentiment.Blend": new(sentiment.Blend), "sentiment.Classified": new(sentiment.Classified),
		"sentiment.Grams": new(sentiment.Grams), "sentiment.Head": new(sentiment.Head), "sentiment.Mixed": new(sentiment.Mixed), "sentiment.Network": new(sentiment.Network),
		"source.Source": new(source.Source), "tokenize.Tokenizer": new(tokenize.Tokenizer), "train.Classifier": new(train.Classifier), "train.Result": new(train.Result),
		"nil bert.Preset": (*bert.Preset)(nil), "nil cluster.Predictor": (*cluster.Predictor)(nil), "nil cluster.MiniBatchStream": (*cluster.MiniBatchStream)(nil),
		"nil cohort.Segmenter": (*cohort.Segmenter)(nil), "nil search.Index": (*search.Index)(nil), "nil tokenize.Tokenizer": (*tokenize.Tokenizer)(nil), "nil source.Source": (*source.Source)(nil),
	} {
		testdir.MissingArguments(t, name, v)
	}
}
