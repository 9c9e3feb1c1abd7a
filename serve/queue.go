package serve

import (
	"context"
	"sync"

	"github.com/seed-56ee9438/cohort/bert"
)

// workers is the number of concurrent batches: while one ends, with some of the
// model's threads idle, the next has begun.
const workers = 2

// pieceTexts is the number of texts of a request that are queued as one piece:
// few enough to share a batch with other requests.
const pieceTexts = 16

// queue encodes the texts of all requests in batches. It has goroutines only
// while there are texts.
type queue struct {
	model  *bert.Model
	tokens int // maximum per batch
	batch  func(texts, tokens int)

	mu      sync.Mutex
	waiting []*piece
	running int
}

// piece is some texts of one request.
type piece struct {
	ctx    context.Context // the request's; cancelled requests are not served
	tokens *bert.Tokens
	out    *bert.Embeddings // [texts of the batch, dim]
	from   int              // row of out for the first text
	err    error
	done   chan struct{}
}

// row returns the vector of text i of the piece.
func (p *piece) row(i int) []float32 { return p.out.Row(p.from + i) }

// add queues pieces. Their done channels are closed when they have been served.
func (q *queue) add(pieces []*piece) {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.waiting = append(q.waiting, pieces...)
	for range min(workers-q.running, len(pieces)) {
		q.running++
		go q.work()
	}
}

// next takes the pieces of a batch off the queue: the first, and those behind
// it that fit. If there are none, the worker has ended.
func (q *queue) next() []*piece {
	q.mu.Lock()
	defer q.mu.Unlock()
	n, total := 0, 0
	for _, p := range q.waiting {
		total += p.tokens.Total()
		if n > 0 && (total > q.tokens || !p.tokens.Joins(q.waiting[0].tokens)) {
			break
		}
		n++
	}
	batch := q.waiting[:n:n]
	q.waiting = q.waiting[n:]
	if n == 0 {
		q.waiting = nil // release the memory of the longest queue
		q.running--
	}
	return batch
}

func (q *queue) work() {
	for batch := q.next(); len(batch) > 0; batch = q.next() {
		q.encode(batch)
	}
}

func (q *queue) encode(batch []*piece) {
	var served []*piece
	var tokens []*bert.Tokens
	texts, total := 0, 0
	for _, p := range batch {
		if p.err = p.ctx.Err(); p.err != nil {
			close(p.done)
			continue
		}
		p.from = texts
		texts += p.tokens.Len()
		total += p.tokens.Total()
		served, tokens = append(served, p), append(tokens, p.tokens)
	}
	if len(served) == 0 {
		return
	}
	ctx := context.Background() // other requests wait for the batch, too
	if len(served) == 1 {
		ctx = served[0].ctx
	}
	out, err := q.embed(ctx, tokens)
	q.batch(texts, total)
	for _, p := range served {
		p.out, p.err = out, err
		close(p.done)
	}
}

// embed is EmbedTokens; a panic in it fails the requests of the batch instead
// of the process, since no caller could recover it.
func (q *queue) embed(ctx context.Context, tokens []*bert.Tokens) (out *bert.Embeddings, err error) {
	defer func() {
		if recover() != nil {
			err = errInternal
		}
	}()
	return q.model.EmbedTokens(ctx, tokens...)
}
