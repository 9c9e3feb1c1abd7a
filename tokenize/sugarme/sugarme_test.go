package sugarme_test

import (
	"errors"
	"fmt"
	"os"
	"slices"
	"sync"
	"testing"

	"github.com/sugarme/tokenizer"

	"github.com/seed-56ee9438/cohort/internal/testdir"
	"github.com/seed-56ee9438/cohort/tokenize"
	"github.com/seed-56ee9438/cohort/tokenize/sugarme"
)

var texts = []string{
	"", "Hello world", "UNwantéd,running", "ah博推zz", "İstanbul HäLLo", "a\n'll !!to?'d of, can't.", "naïve 𝒳 café\u0301 \u00ad x",
	"antidisestablishmentarianism [SEP] mask", "bad \xff\xc3 bytes \u0085", "価格は高い。 품질이 좋다 नमस्ते", "x1y2 3.14159 --- ##ing",
}

func load(t testing.TB, path string) (ours, theirs *tokenize.Tokenizer) {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if ours, err = tokenize.ParseJSON(data); err != nil {
		t.Fatal(err)
	}
	if theirs, err = sugarme.ParseJSON(data); err != nil {
		t.Fatal(err)
	}
	return ours, theirs
}

// sugarme's WordPiece behind our components gives what our own model gives:
// ids, bytes and words, from many goroutines at once.
func TestWordPieceAgrees(t *testing.T) {
	t.Parallel()
	for _, model := range []string{"minilm", "bgezh"} {
		ours, theirs := load(t, testdir.Module(t, "bert", model, "model", "tokenizer.json"))
		var wait sync.WaitGroup
		for range 4 {
			wait.Go(func() { agree(t, ours, theirs, texts) })
		}
		wait.Wait()
	}
}

// The same for its other models, where they are right.
func TestOtherKindsAgree(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"tokenizer-roberta", "tokenizer-xlm-roberta"} {
		ours, theirs := load(t, testdir.Shared(t, "golden", "models", name, "tokenizer.json"))
		for _, s := range []string{"Hello world", "the price is good, and the quality is better", "running over the lazy dog"} {
			agree(t, ours, theirs, []string{s})
		}
	}
}

func agree(t *testing.T, ours, theirs *tokenize.Tokenizer, texts []string) {
	for _, s := range texts {
		a, err := ours.Encode(s)
		if err != nil {
			t.Errorf("%q: %v", s, err)
			return
		}
		b, err := theirs.Encode(s)
		if err != nil {
			t.Errorf("%q: %v", s, err)
			return
		}
		if !slices.Equal(a.IDs, b.IDs) || !slices.Equal(a.Offsets, b.Offsets) || !slices.Equal(a.WordIDs, b.WordIDs) {
			t.Errorf("%q:\nours   %v %v\nsugarme %v %v", s, a.IDs, a.Offsets, b.IDs, b.Offsets)
		}
	}
}

func TestModelInside(t *testing.T) {
	t.Parallel()
	ours, _ := load(t, testdir.Module(t, "bert", "minilm", "model", "tokenizer.json"))
	m := sugarme.Model(ours)
	tokens, err := m.Tokenize("unaffable")
	if err != nil {
		t.Fatal(err)
	}
	got := fmt.Sprint(tokens)
	if want := "[{14477 una [0 3]} {20961 ##ffa [3 6]} {3468 ##ble [6 9]}]"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	if n := len(m.GetVocab()); n != m.GetVocabSize() || n != 30522 {
		t.Errorf("vocabulary of %d and %d, want 30522", n, m.GetVocabSize())
	}
	// There and back again: our model through sugarme's interface.
	agree(t, ours, ours.WithModel(sugarme.New(m)), texts)
}

type broken struct{ tokenizer.Model }

func (broken) Tokenize(string) ([]tokenizer.Token, error) { panic("broken") }

func TestPanicIsError(t *testing.T) {
	t.Parallel()
	if _, err := sugarme.New(broken{}).Tokenize("x"); !errors.Is(err, sugarme.ErrModel) {
		t.Errorf("got %v, want ErrModel", err)
	}
}
