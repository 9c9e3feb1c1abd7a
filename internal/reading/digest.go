package reading

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"hash"

	"github.com/seed-56ee9438/cohort/corpus"
)

// digest shows whether two readings gave the same texts, and identifies them in
// the report.
type digest struct {
	h   hash.Hash
	len [8]byte
}

func newDigest() *digest { return &digest{h: sha256.New()} }

func (d *digest) add(t *corpus.Text) {
	for _, s := range []string{t.User, t.Text} {
		binary.LittleEndian.PutUint64(d.len[:], uint64(len(s)))
		d.h.Write(d.len[:])
		d.h.Write([]byte(s))
	}
}

func (d *digest) sum() string { return hex.EncodeToString(d.h.Sum(nil)) }
