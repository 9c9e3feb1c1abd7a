package kernel

import "testing"

func TestPack(t *testing.T) {
	eachLevel(t, func(t *testing.T) {
		for out := range 36 {
			for in := range 36 {
				ldw := in + 3
				w := normals(newRand(uint64(out)), out*ldw)
				p := Pack(Matrix{w, out, in, ldw})
				if p.Out() != out || p.In() != in || p.Bytes() != 4*panels(out)*panelWidth*in {
					t.Fatalf("[%d, %d]: Out %d, In %d, Bytes %d", out, in, p.Out(), p.In(), p.Bytes())
				}
				for j := range panels(out) * panelWidth {
					for i := range in {
						want := float32(0)
						if j < out {
							want = w[j*ldw+i]
						}
						if got := p.data[(j/panelWidth*in+i)*panelWidth+j%panelWidth]; got != want {
							t.Fatalf("[%d, %d]: element (%d, %d) is %v, want %v", out, in, j, i, got, want)
						}
					}
				}
			}
		}
	})
}

// TestPackReset checks that memory is reused and nothing of its content.
func TestPackReset(t *testing.T) {
	eachLevel(t, func(t *testing.T) {
		w := normals(newRand(1), 50*40)
		p := Pack(Matrix{w, 50, 40, 40})
		data := &p.data[0]
		for _, s := range [][2]int{{17, 9}, {50, 40}, {1, 1}, {33, 8}} {
			p.Reset(Matrix{w, s[0], s[1], s[1]})
			if &p.data[0] != data {
				t.Error("memory was not reused")
			}
			for i, v := range Pack(Matrix{w, s[0], s[1], s[1]}).data {
				if p.data[i] != v {
					t.Fatalf("%v: element %d is %v, want %v", s, i, p.data[i], v)
				}
			}
		}
	})
}

func BenchmarkPack(b *testing.B) {
	for _, l := range Supported() {
		b.Run(l.String(), func(b *testing.B) {
			defer Force(l)()
			w := normals(newRand(1), 1536*384)
			var p Packed
			b.SetBytes(int64(4 * len(w)))
			for b.Loop() {
				p.Reset(Matrix{w, 1536, 384, 384})
			}
		})
	}
}
