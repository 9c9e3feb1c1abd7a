package bert_test

import (
	"context"
	"fmt"
	"log"
	"os"
	"slices"

	"github.com/nlpodyssey/spago/ag"
	spago "github.com/nlpodyssey/spago/mat"
	"github.com/nlpodyssey/spago/nn"
	"gonum.org/v1/gonum/mat"

	"github.com/seed-56ee9438/cohort/bert"
)

// The examples run tiny models with random weights, whose answers mean nothing;
// package minilm has an English sentence encoder.

func ExampleModel_Embed() {
	m, err := bert.Load("testdata/models/bert", bert.Options{})
	if err != nil {
		log.Fatal(err)
	}
	defer m.Close()
	emb, err := m.Embed(context.Background(), []string{"the hotel is good", "the screen is broken", "the hotel is good"})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(emb.Len(), "texts,", emb.Dim(), "features")
	var products mat.Dense // Embeddings are a mat.Matrix
	products.Mul(emb, emb.T())
	fmt.Println(products.At(0, 0) == products.At(0, 2), products.At(0, 0) == products.At(0, 1))
	// Output:
	// 3 texts, 32 features
	// true false
}

// Models may lie in any file system, such as an embed.FS.
func ExampleLoadFS() {
	m, err := bert.LoadFS(os.DirFS("testdata/models/bert"), bert.Options{})
	if err != nil {
		log.Fatal(err)
	}
	defer m.Close()
	fmt.Println(m.Dim(), "features,", m.MaxLength(), "tokens")
	// Output: 32 features, 64 tokens
}

// Some models were trained with an instruction before queries, or one before
// documents. EmbedQuery and EmbedDocument add what the model's directory names.
func ExampleModel_EmbedQuery() {
	ctx := context.Background()
	m, err := bert.Load("testdata/models/bert", bert.Options{})
	if err != nil {
		log.Fatal(err)
	}
	defer m.Close()
	documents, err := m.EmbedDocument(ctx, []string{"the hotel is good", "the screen is broken"})
	if err != nil {
		log.Fatal(err)
	}
	query, err := m.EmbedQuery(ctx, []string{"the screen is broken"})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(slices.Equal(query.Row(0), documents.Row(1))) // this model has no instructions
	// Output: true
}

func ExampleModel_EmbedSeq() {
	m, err := bert.Load("testdata/models/bert", bert.Options{})
	if err != nil {
		log.Fatal(err)
	}
	defer m.Close()
	lines := slices.Values([]string{"first", "second", "third"}) // or a file's lines, however many
	n := 0
	for vector, err := range m.EmbedSeq(context.Background(), lines) {
		if err != nil {
			log.Fatal(err)
		}
		n += len(vector)
	}
	fmt.Println(n, "features in all")
	// Output: 96 features in all
}

func ExampleModel_Encode() {
	m, err := bert.Load("testdata/models/bert", bert.Options{})
	if err != nil {
		log.Fatal(err)
	}
	defer m.Close()
	h, err := m.Encode(context.Background(), []string{"the screen is broken", "good"})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(len(h.Layers), "layers of", h.Texts, "texts,", h.Tokens, "tokens,", h.Hidden, "features")
	fmt.Println("mask:", h.Mask)
	// Output:
	// 3 layers of 2 texts, 6 tokens, 32 features
	// mask: [1 1 1 1 1 1 1 1 1 0 0 0]
}

func ExampleModel_Classify() {
	m, err := bert.Load("testdata/models/bert-sequence-classification", bert.Options{})
	if err != nil {
		log.Fatal(err)
	}
	defer m.Close()
	classes, err := m.Classify(context.Background(), []string{"the hotel is good"})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(m.Config().Labels)
	fmt.Println(classes[0].Label == m.Config().Labels[slices.Index(classes[0].Scores, classes[0].Score)])
	// Output:
	// [negative neutral positive]
	// true
}

// A classifier of pairs, as a cross-encoder that reranks what a search found.
func ExampleModel_ClassifyPairs() {
	m, err := bert.Load("testdata/models/bert-sequence-classification", bert.Options{})
	if err != nil {
		log.Fatal(err)
	}
	defer m.Close()
	query := "where is the hotel ?"
	pairs := [][2]string{{query, "the hotel is in paris"}, {query, "anna is good"}}
	scored, err := m.ClassifyPairs(context.Background(), pairs)
	if err != nil {
		log.Fatal(err)
	}
	for _, c := range scored {
		fmt.Println(len(c.Scores), c.Score == slices.Max(c.Scores))
	}
	// Output:
	// 3 true
	// 3 true
}

// The pooler's vector instead of the one that the model's directory asks for.
func ExampleOptions_pooler() {
	m, err := bert.Load("testdata/models/bert-sequence-classification", bert.Options{Pooling: bert.PoolPooler})
	if err != nil {
		log.Fatal(err)
	}
	defer m.Close()
	emb, err := m.Embed(context.Background(), []string{"the hotel is good"})
	if err != nil {
		log.Fatal(err)
	}
	n, dim := emb.Dims()
	fmt.Println(n, dim, m.Pooling() == bert.PoolPooler)
	// Output: 1 32 true
}

func ExampleModel_Tag() {
	m, err := bert.Load("testdata/models/bert-token-classification", bert.Options{})
	if err != nil {
		log.Fatal(err)
	}
	defer m.Close()
	text := "anna is in paris"
	entities, err := m.Tag(context.Background(), []string{text}, bert.TagOptions{Aggregation: bert.AggregateNone})
	if err != nil {
		log.Fatal(err)
	}
	for _, e := range entities[0] {
		fmt.Println(e.Text == text[e.Start:e.End])
	}
	// Output:
	// true
	// true
	// true
	// true
}

func ExampleModel_Answer() {
	m, err := bert.Load("testdata/models/bert-question-answering", bert.Options{})
	if err != nil {
		log.Fatal(err)
	}
	defer m.Close()
	text := "the hotel is in paris"
	answers, err := m.Answer(context.Background(), "where is the hotel ?", text, bert.AnswerOptions{TopK: 2})
	if err != nil {
		log.Fatal(err)
	}
	for _, a := range answers {
		fmt.Println(a.Text == text[a.Start:a.End], a.Score <= answers[0].Score)
	}
	// Output:
	// true true
	// true true
}

func ExampleModel_FillMask() {
	m, err := bert.Load("testdata/models/bert-masked-lm", bert.Options{})
	if err != nil {
		log.Fatal(err)
	}
	defer m.Close()
	masks, err := m.FillMask(context.Background(), "the [MASK] is broken", 3)
	if err != nil {
		log.Fatal(err)
	}
	for _, mask := range masks {
		fmt.Println(mask.Start, mask.End, len(mask.Candidates))
	}
	// Output: 4 10 3
}

// One step of training: push two texts apart.
func ExampleEncoder_Forward() {
	m, err := bert.Load("testdata/models/bert", bert.Options{})
	if err != nil {
		log.Fatal(err)
	}
	defer m.Close()
	tree, err := m.Encoder()
	if err != nil {
		log.Fatal(err)
	}
	e := tree.Trainable() // the original is read-only memory
	similarity := func() (s float64) {
		states, err := e.Forward([]bert.Input{{IDs: []int32{2, 40, 3}}, {IDs: []int32{2, 90, 91, 3}}})
		if err != nil {
			log.Fatal(err)
		}
		unit := bert.NormalizeRows(states.Mean())
		loss := ag.Dot(ag.RowView(unit, 0), ag.RowView(unit, 1))
		if err := ag.Backward(loss); err != nil {
			log.Fatal(err)
		}
		return loss.Value().Item().F64()
	}
	before := similarity()
	nn.ForEachParam(e, func(p *nn.Param) { // gradient descent
		p.SubInPlace(p.Grad().(spago.Matrix).ProdScalar(0.05))
		p.ZeroGrad()
	})
	fmt.Println(similarity() < before)
	// Output: true
}

// A model is saved as a directory that Python loads, too, with its options as
// settings.
func ExampleModel_Save() {
	model, err := bert.Load("testdata/models/bert", bert.Options{Dim: 8})
	if err != nil {
		panic(err)
	}
	defer model.Close()
	dir, err := os.MkdirTemp("", "model")
	if err != nil {
		panic(err)
	}
	defer os.RemoveAll(dir)
	if err := model.Save(dir); err != nil { // dir is empty
		panic(err)
	}
	saved, err := bert.Load(dir, bert.Options{})
	if err != nil {
		panic(err)
	}
	defer saved.Close()
	fmt.Println(saved.Dim())
	// Output: 8
}
