package main

import (
	"fmt"

	"github.com/seed-56ee9438/cohort/internal/imports"
)

// tree is what lies where.
var tree = figure{
	title: "The tree: modules and packages of the repository",
	rows: []row{
		{[]box{{name: "cmd/cohort", about: "the command"}, {name: "serve", about: "HTTP"}, {name: "watch", about: "new texts"}, {name: "beam", about: "Apache Beam"}, {name: "examples", about: "small programs"}, {name: "bert/minilm, bert/bgezh", about: "embedded models"}}, "modules of their own"},
		{[]box{{name: "cohort", about: "Segment, Fit, Segmenter, Options"}, {name: "report", about: "HTML, CSV; charts"}, {name: "drift", about: "two runs compared"}, {name: "result", about: "what a run finds; JSON"}}, "the library: a run and its result"},
		{[]box{{name: "corpus", about: "texts, preparation"}, {name: "internal/reading …", about: "reading, pool, group, ablate,\nprofile, quality, saved"}}, "the library: a run and its result"},
		{[]box{{name: "bert", about: "encoder, heads"}, {name: "tokenize", about: "ids and offsets"}, {name: "text/…", about: "cleaning, words,\npersonal data"}, {name: "sentiment", about: "heads on vectors"}, {name: "opinion", about: "aspects and what\nis said of them"}}, "the library: tools, each useful alone"},
		{[]box{{name: "cluster", about: "KMeans, DBSCAN …"}, {name: "reduce", about: "PCA, UMAP"}, {name: "eval", about: "scores"}, {name: "source", about: "CSV, JSON …"}, {name: "hub", about: "model names"}}, "the library: tools, each useful alone"},
		{[]box{{name: "bert/internal/engine", about: "the packed forward pass"}, {name: "internal/kernel", about: "assembly and portable Go"}, {name: "internal/knn, score …", about: "distances, neighbours"}}, "the library: what nobody outside imports"},
	},
}

// layers are the packages of the figure of imports; the arrows are read from the
// source.
var layers = []row{
	{[]box{{name: "."}, {name: "report"}, {name: "drift"}}, ""},
	{[]box{{name: "internal/saved"}, {name: "internal/profile"}, {name: "internal/quality"}}, ""},
	{[]box{{name: "internal/ablate"}}, ""},
	{[]box{{name: "internal/group"}}, ""},
	{[]box{{name: "internal/pool"}}, ""},
	{[]box{{name: "internal/reading"}}, ""},
	{[]box{{name: "corpus"}}, ""},
	{[]box{{name: "cluster"}, {name: "reduce"}, {name: "eval"}, {name: "sentiment"}, {name: "result"}}, ""},
	{[]box{{name: "bert"}, {name: "text/pii"}, {name: "text/clean"}, {name: "text/keyword"}, {name: "text/langid"}, {name: "text/repeats"}}, ""},
	{[]box{{name: "tokenize"}, {name: "bert/internal/engine"}, {name: "text"}, {name: "estimator"}}, ""},
	{[]box{{name: "internal/kernel"}}, ""},
}

// importFigure draws the imports among layers, without those that follow from
// others. A package that imports one of a row above its own is an error.
func importFigure(g imports.Graph) (figure, error) {
	f := figure{title: "Imports run down only", widest: 150, rows: layers}
	level := map[string]int{}
	for i, r := range layers {
		for _, b := range r.boxes {
			if _, ok := g[b.name]; !ok {
				return f, fmt.Errorf("there is no package %s", b.name)
			}
			level[b.name] = i
		}
	}
	for _, r := range layers {
		for _, b := range r.boxes {
			for _, to := range g[b.name] {
				l, shown := level[to]
				if !shown || implied(g, b.name, to, level) {
					continue
				}
				if l < level[b.name] {
					return f, fmt.Errorf("%s imports %s, which stands above it", b.name, to)
				}
				f.arrows = append(f.arrows, arrow{from: b.name, to: to})
			}
		}
	}
	return f, nil
}

// implied reports whether from imports to through another package that is shown.
func implied(g imports.Graph, from, to string, shown map[string]int) bool {
	for _, via := range g[from] {
		if _, ok := shown[via]; ok && via != to && g.Path(via, to) != nil {
			return true
		}
	}
	return false
}

// textLife is what happens to a text.
var textLife = figure{
	title: "The life of a text",
	rows: []row{
		{[]box{{name: "a row of the input", about: "source: CSV, JSON lines, … or a caller's sequence", weak: true}}, ""},
		{[]box{{name: "corpus", about: "Preparer: cleaned, personal data masked,\nusers' names hashed"}}, ""},
		{[]box{{name: "internal/reading", about: "repeats and boilerplate left out,\nlanguage identified; read once or again"}}, ""},
		{[]box{{name: "tokenize, bert", about: "token ids, then a vector [hidden]"}}, "first reading: vectors"},
		{[]box{{name: "internal/pool", about: "added to the user's vector;\nusers [users, hidden], above a limit in a file"}}, "first reading: vectors"},
		{[]box{{name: "internal/group", about: "reduced, clustered, edited;\ncentres [segments, hidden]"}}, "first reading: vectors"},
		{[]box{{name: "internal/profile", about: "words, quotations, traits,\nsentiment, trend, suggestions"}, {name: "internal/quality", about: "silhouette, stability,\nmap, similarity"}}, "second reading: reasons"},
		{[]box{{name: "result.Segmentation", about: "segments, users, scores, what was done", weak: true}, {name: "Segmenter", about: "centres and preparation, saved", weak: true}}, ""},
		{[]box{{name: "report", about: "HTML, CSV, charts"}, {name: "drift", about: "two runs"}, {name: "Assign, Why", about: "new users, one user"}}, ""},
	},
	arrows: []arrow{
		{"a row of the input", "corpus", ""}, {"corpus", "internal/reading", ""}, {"internal/reading", "tokenize, bert", ""},
		{"tokenize, bert", "internal/pool", "batches"}, {"internal/pool", "internal/group", "unit vectors of users"},
		{"internal/group", "internal/profile", ""}, {"internal/group", "internal/quality", ""},
		{"internal/profile", "result.Segmentation", ""}, {"internal/quality", "result.Segmentation", ""}, {"internal/group", "Segmenter", ""},
		{"result.Segmentation", "report", ""}, {"result.Segmentation", "drift", ""}, {"Segmenter", "Assign, Why", ""},
	},
}

// batchLife is what happens to a batch in the encoder.
var batchLife = figure{
	title: "The life of a batch",
	rows: []row{
		{[]box{{name: "texts", about: "[texts] strings", weak: true}}, ""},
		{[]box{{name: "tokenize", about: "ids of all texts end to end, [tokens], with one offset per text"}}, ""},
		{[]box{{name: "batches", about: "texts sorted by length, cut by a budget of tokens; no padding"}}, ""},
		{[]box{{name: "embeddings", about: "token + position + type, LayerNorm: [tokens, hidden]"}}, ""},
		{[]box{{name: "queries, keys, values", about: "one product over all tokens: [tokens, 3·hidden]"}}, "each layer"},
		{[]box{{name: "attention", about: "per text and head: softmax(QKᵀ/√d)·V, [tokens, hidden]"}}, "each layer"},
		{[]box{{name: "output", about: "product + bias + residual, LayerNorm: [tokens, hidden]"}}, "each layer"},
		{[]box{{name: "up", about: "product + bias, GELU: [tokens, intermediate]"}}, "each layer"},
		{[]box{{name: "down", about: "product + bias + residual, LayerNorm: [tokens, hidden]"}}, "each layer"},
		{[]box{{name: "pooling", about: "mean, CLS, … per text, unit length: [texts, hidden]"}}, ""},
		{[]box{{name: "Embeddings", about: "rows in the order of the texts; a mat.Matrix", weak: true}}, ""},
	},
	arrows: []arrow{
		{"texts", "tokenize", ""}, {"tokenize", "batches", ""}, {"batches", "embeddings", ""}, {"embeddings", "queries, keys, values", ""},
		{"queries, keys, values", "attention", ""}, {"attention", "output", ""}, {"output", "up", ""}, {"up", "down", ""},
		{"down", "queries, keys, values", "next layer"}, {"down", "pooling", ""}, {"pooling", "Embeddings", ""},
	},
}
