package safetensors

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/seed-56ee9438/cohort/internal/testdir"
)

// What a model's loader pays before it has seen every weight once: opening,
// checking the header, mapping the pages in and looking for NaN and infinities.
func BenchmarkOpen(b *testing.B) {
	path := testdir.Shared(b, "models", "all-MiniLM-L6-v2", SingleName)
	b.Run("header", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			f, err := Open(path)
			if err != nil {
				b.Fatal(err)
			}
			f.Close()
		}
	})
	for name, open := range map[string]func() (*File, error){
		"mapped": func() (*File, error) { return Open(path) },
		"read":   func() (*File, error) { return OpenFS(hideOS{os.DirFS(filepath.Dir(path))}, SingleName) },
	} {
		b.Run(name+"/all weights", func(b *testing.B) {
			for b.Loop() {
				f, err := open()
				if err != nil {
					b.Fatal(err)
				}
				n := 0
				for _, name := range f.Names() {
					t, _ := f.Lookup(name)
					if err := t.CheckFinite(); err != nil {
						b.Fatal(err)
					}
					n += len(t.Bytes())
				}
				b.SetBytes(int64(n))
				f.Close()
			}
		})
	}
}
