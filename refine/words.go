package refine

import (
	"cmp"
	"math"
	"slices"
)

// The words that count are those of at least rare users and at most a common part
// of them, if stop words are among them, or half of them if not, which may be the
// names of two or three things: others say nothing of a segment, or only of one
// user.
const (
	rare   = 3
	common = 0.2
	half   = 0.5
)

// words holds the words of n users that count.
type words struct {
	bags  []Bag     // [n], words numbered anew
	size  []float64 // [n] the root of the number of a user's words
	count int       // number of different words
	idf   []float64 // [count] ln((1 + n)/(1 + users)) + 1, as in scikit-learn
	norm  []float64 // [n] length of a user's TF-IDF weights
}

// usage is how often a user has a word.
type usage struct {
	user  int32
	count float64
}

// inverted holds the users of each word, in ascending order.
type inverted struct {
	start []int // [count+1] those of word w are users[start[w]:start[w+1]]
	users []usage
}

func (v *inverted) of(word int) []usage { return v.users[v.start[word]:v.start[word+1]] }

// inverted returns the users of the words that count.
func (w *words) inverted() inverted {
	v := inverted{start: make([]int, w.count+1)}
	for _, b := range w.bags {
		for _, t := range b {
			v.start[t.Word+1]++
		}
	}
	for t := range w.count {
		v.start[t+1] += v.start[t]
	}
	v.users = make([]usage, v.start[w.count])
	next := slices.Clone(v.start)
	for i, b := range w.bags {
		for _, t := range b {
			v.users[next[t.Word]] = usage{int32(i), float64(t.Count)} //nolint:gosec // neighbours have such numbers too
			next[t.Word]++
		}
	}
	return v
}

// newWords selects the words that count, of at most a part of the users.
func newWords(bags []Bag, most float64) *words {
	n, highest := len(bags), int32(-1)
	for _, b := range bags {
		if len(b) > 0 {
			highest = max(highest, b[len(b)-1].Word)
		}
	}
	users := make([]int, highest+1)
	for _, b := range bags {
		for _, t := range b {
			users[t.Word]++
		}
	}
	number := make([]int32, highest+1)
	w := &words{bags: make([]Bag, n), size: make([]float64, n), norm: make([]float64, n)}
	for t, u := range users {
		number[t] = -1
		if u >= rare && float64(u) <= most*float64(n) {
			number[t] = int32(w.count) //nolint:gosec // there are fewer than mostWords
			w.idf = append(w.idf, math.Log(float64(1+n)/float64(1+u))+1)
			w.count++
		}
	}
	for i, b := range bags {
		total, squares := 0.0, 0.0
		for _, t := range b {
			if at := number[t.Word]; at >= 0 {
				w.bags[i] = append(w.bags[i], Term{at, t.Count})
				v := float64(t.Count) * w.idf[at]
				total, squares = total+float64(t.Count), squares+v*v
			}
		}
		w.size[i], w.norm[i] = math.Sqrt(total), math.Sqrt(squares)
	}
	return w
}

// commonest returns w with no more than most words: those of most users.
func (w *words) commonest(most int) *words {
	if w.count <= most {
		return w
	}
	order := make([]int32, w.count)
	for t := range order {
		order[t] = int32(t) //nolint:gosec // there are fewer than mostWords
	}
	slices.SortStableFunc(order, func(a, b int32) int { return cmp.Compare(w.idf[a], w.idf[b]) })
	kept := make([]bool, w.count)
	for _, t := range order[:most] {
		kept[t] = true
	}
	bags := make([]Bag, len(w.bags))
	for i, b := range w.bags {
		for _, t := range b {
			if kept[t.Word] {
				bags[i] = append(bags[i], t)
			}
		}
	}
	return newWords(bags, 1)
}

// likeness returns the cosine of the TF-IDF weights of two users, 0 if one has
// none.
func (w *words) likeness(i, j int) float64 {
	a, b := w.bags[i], w.bags[j]
	sum := 0.0
	for len(a) > 0 && len(b) > 0 {
		switch {
		case a[0].Word < b[0].Word:
			a = a[1:]
		case a[0].Word > b[0].Word:
			b = b[1:]
		default:
			f := w.idf[a[0].Word]
			sum += float64(a[0].Count) * float64(b[0].Count) * f * f
			a, b = a[1:], b[1:]
		}
	}
	if sum == 0 {
		return 0
	}
	return sum / (w.norm[i] * w.norm[j])
}
