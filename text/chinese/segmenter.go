package chinese

import (
	"bytes"
	"compress/gzip"
	_ "embed"
	"errors"
	"fmt"
	"io"
	"iter"
	"math"
	"slices"
	"strconv"
	"strings"
	"sync"
	"unicode/utf8"

	"github.com/go-ego/gse"

	"github.com/seed-56ee9438/cohort/text"
	"github.com/seed-56ee9438/cohort/text/hans"
)

//go:generate sh -c "go run ./internal/makewords -out data -gse $(go list -m -f '{{.Dir}}' github.com/go-ego/gse)"

//go:embed data/words.txt.gz
var wordData []byte

// ErrWord is returned for a word in Options that does not consist of Chinese
// characters.
var ErrWord = errors.New("chinese: not a word of Chinese characters")

// Options configures a Segmenter. The zero value uses the dictionary unchanged.
type Options struct {
	// Words are added to the dictionary, for example names of products. They have
	// two or more simplified or traditional characters, and take precedence over
	// cuts that the dictionary would make inside them.
	Words []string
}

// A Segmenter cuts runs of Chinese characters into words. It implements
// text.Segmenter and is safe for concurrent use.
type Segmenter struct {
	unsavedState

	seg gse.Segmenter
	own []string
}

var (
	_ text.Segmenter = (*Segmenter)(nil)
	_ text.Segmenter = Lazy{}
)

// Lazy is a text.Segmenter that cuts like Default, but creates the Segmenter
// only when it is first needed: texts without Chinese do not pay for it.
type Lazy struct{}

// AppendCuts is Default().AppendCuts.
func (Lazy) AppendCuts(dst []int, han string) []int { return Default().AppendCuts(dst, han) }

var shared = sync.OnceValue(func() *Segmenter {
	s, err := New(Options{})
	if err != nil {
		panic(err) // the zero Options have no invalid word
	}
	return s
})

// Default returns the Segmenter of the zero Options. The first call creates it,
// which takes about a fifth of a second; later calls share it.
func Default() *Segmenter { return shared() }

// New returns a Segmenter. It takes about a fifth of a second. The error wraps
// ErrWord if a word is invalid.
func New(o Options) (*Segmenter, error) {
	s := &Segmenter{own: slices.Clone(o.Words)}
	s.seg.SkipLog = true
	if err := s.seg.LoadDictStr(""); err != nil {
		return nil, fmt.Errorf("chinese: dictionary: %w", err)
	}
	for i, w := range o.Words {
		w = hans.Simplify(w)
		if utf8.RuneCountInString(w) < 2 || strings.ContainsFunc(w, func(r rune) bool { return !text.IsHan(r) }) {
			return nil, fmt.Errorf("%w: Options.Words[%d]", ErrWord, i)
		}
		if err := s.seg.AddToken(w, ownCount); err != nil {
			return nil, fmt.Errorf("chinese: Options.Words[%d]: %w", i, err)
		}
	}
	if err := s.load(); err != nil {
		return nil, fmt.Errorf("chinese: dictionary: %w", err)
	}
	s.seg.CalcToken()
	return s, nil
}

// OwnWords returns the words that were added to the dictionary, Options.Words.
func (s *Segmenter) OwnWords() []string { return slices.Clone(s.own) }

// ownCount is the count given to a word that the caller added. It is the count
// of the most frequent two-character words, so that other cuts are rarely
// likelier.
const ownCount = 200_000

func (s *Segmenter) load() error {
	return entries(func(word string, n int) error { return s.seg.AddToken(word, math.Max(float64(n), 1)) })
}

// entries calls f with each word of the dictionary and its count.
func entries(f func(word string, n int) error) error {
	z, err := gzip.NewReader(bytes.NewReader(wordData))
	if err != nil {
		return err
	}
	data, err := io.ReadAll(z)
	if err != nil {
		return err
	}
	for line := range strings.Lines(string(data)) {
		word, count, _ := strings.Cut(strings.TrimSuffix(line, "\n"), " ")
		n, err := strconv.Atoi(count)
		if err != nil {
			return err
		}
		if err := f(word, n); err != nil {
			return err
		}
	}
	return nil
}

// Dictionary ranges over the words of the dictionary, in simplified characters and
// without Options.Words, and how often each was counted in the texts that the
// dictionary was made from. Package repair uses it.
func (Lazy) Dictionary() iter.Seq2[string, int] {
	return func(yield func(string, int) bool) {
		err := entries(func(word string, n int) error {
			if !yield(word, n) {
				return errStopped
			}
			return nil
		})
		if err != nil && !errors.Is(err, errStopped) {
			panic(err) // the dictionary is embedded
		}
	}
}

// Dictionary is Lazy's.
func (*Segmenter) Dictionary() iter.Seq2[string, int] { return Lazy{}.Dictionary() }

var errStopped = errors.New("chinese: stopped")

// longestRun is the number of bytes cut at once. A longer run of Chinese
// characters without punctuation is not natural language; it is cut piece by
// piece, which bounds memory and keeps the sums of the search precise enough.
const longestRun = 3 * 1024

// AppendCuts appends to dst the offset in han at which each word ends,
// ascending, the last being len(han). It finds the likeliest sequence of
// dictionary words by their counts, as gse does. Traditional characters are
// looked up as simplified ones. Characters that are in no word stand alone.
// Time is linear in len(han).
func (s *Segmenter) AppendCuts(dst []int, han string) []int {
	for from := 0; from < len(han); {
		to := min(from+longestRun, len(han))
		for to < len(han) && to > from+1 && !utf8.RuneStart(han[to]) {
			to--
		}
		dst = s.appendCuts(dst, han[from:to], from)
		if from == 0 && to < len(han) { // room for the rest, assuming it is similar
			dst = slices.Grow(dst, len(dst)*(len(han)/to))
		}
		from = to
	}
	return dst
}

// appendCuts is AppendCuts for a piece that starts at offset.
func (s *Segmenter) appendCuts(dst []int, han string, offset int) []int {
	simple := hans.Simplify(han)
	at, i := 0, 0 // offsets in simple and in han, which have corresponding characters
	for _, word := range s.seg.Segment([]byte(simple)) {
		for at < word.End() && i < len(han) {
			_, n := utf8.DecodeRuneInString(simple[at:])
			_, m := utf8.DecodeRuneInString(han[i:])
			at, i = at+n, i+m
		}
		dst = append(dst, offset+i)
	}
	if i < len(han) {
		dst = append(dst, offset+len(han))
	}
	return dst
}

// Words returns the words of s, Chinese and others, in lower case and in order,
// without numbers, links, punctuation and symbols. It is text.Splitter{Chinese:
// Default()}.Words(s).
func Words(s string) []string { return text.Splitter{Chinese: Default()}.Words(s) }
