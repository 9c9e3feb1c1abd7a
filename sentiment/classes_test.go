package sentiment

import (
	"encoding/json"
	"errors"
	"math"
	"math/rand/v2"
	"strings"
	"testing"

	"gonum.org/v1/gonum/mat"
)

// judgedSets are two sets of vectors of length 1 whose first feature decides the
// class, the second with another mix of classes.
func judgedSets(n int) []Judged {
	r := rand.New(rand.NewPCG(1, 2))
	sets := make([]Judged, 2)
	for s := range sets {
		x := mat.NewDense(n, 4, nil)
		set := Judged{X: x}
		for i := range n {
			class := (i + s) % 3
			if s == 1 && i%2 == 0 {
				class = 1
			}
			row := []float64{float64(class-1) + 0.3*r.NormFloat64(), 0.3 * r.NormFloat64(), 0.3 * r.NormFloat64(), 1}
			length := math.Sqrt(row[0]*row[0] + row[1]*row[1] + row[2]*row[2] + 1)
			for j := range row {
				row[j] /= length
			}
			x.SetRow(i, row)
			set.Texts = append(set.Texts, "the parcel came on Monday")
			var shares [3]float64
			shares[class] = 1
			set.Shares = append(set.Shares, shares)
		}
		sets[s] = set
	}
	return sets
}

// TestClassesAreFound: three classes are told apart, probabilities add up to 1,
// and the standard error is that of a judgement.
func TestClassesAreFound(t *testing.T) {
	sets := judgedSets(600)
	m := &Mixed{Lang: "en"}
	if err := FitClasses(t.Context(), m, sets, ClassOptions{}); err != nil {
		t.Fatal(err)
	}
	for _, s := range sets {
		f, err := m.Feelings(t.Context(), s.Texts, s.X)
		if err != nil {
			t.Fatal(err)
		}
		right, squares, said := 0, 0.0, 0.0
		for i, x := range f {
			want := []Class{Negative, Neutral, Positive}
			for k, v := range s.Shares[i] {
				if v == 1 && x.Class() == want[k] {
					right++
				}
			}
			if math.Abs(x.Negative+x.Neutral+x.Positive-1) > 1e-12 || math.Abs(x.Positive-x.Negative-x.Value) > 1e-12 {
				t.Fatalf("%+v", x)
			}
			e := s.Shares[i][2] - s.Shares[i][0] - x.Value
			squares += e * e
			said += x.StdErr * x.StdErr
		}
		if right < 520 || said/squares < 0.7 || said/squares > 2 {
			t.Errorf("%d of 600 right; squared errors %.1f, said %.1f", right, squares, said)
		}
	}
}

// The minimum has no slope: the gradient of the weighted, penalised loss,
// computed here from its definition by differences, vanishes.
func TestClassesAreStationary(t *testing.T) {
	m := &Mixed{Lang: "en"}
	f := classFit{penalty: 5}
	for _, s := range judgedSets(90) {
		s.Shares[0] = [3]float64{0.2, 0.3, 0.5}
		if err := f.add(t.Context(), m, s); err != nil {
			t.Fatal(err)
		}
	}
	loss := func(p []float64) float64 {
		sum := 0.0
		for i, row := range f.rows {
			var e [3]float64
			total := 0.0
			for k := range e {
				z := p[3*f.width+k]
				for j, v := range row {
					z += p[k*f.width+j] * float64(v)
				}
				e[k] = math.Exp(z)
				total += e[k]
			}
			for k, v := range f.target[i] {
				sum -= v * math.Log(e[k]/total)
			}
		}
		for j, w := range p[:3*f.width] {
			if j%f.width < f.dim {
				sum += f.penalty / 2 * w * w
			} else {
				sum += defaultClassPenalty / 2 * w * w
			}
		}
		return sum
	}
	p, err := minimize(t.Context(), f.evaluate, 3*(f.width+1), len(f.rows))
	if err != nil {
		t.Fatal(err)
	}
	weight := 0.0
	for _, v := range f.target {
		weight += v[0] + v[1] + v[2]
	}
	if math.Abs(weight-2*setWeight) > 1e-6 {
		t.Errorf("rows weigh %v, want %v a set", weight, setWeight)
	}
	for j := range p {
		const h = 1e-4
		p[j] += h
		up := loss(p)
		p[j] -= 2 * h
		down := loss(p)
		p[j] += h
		if slope := (up - down) / (2 * h); math.Abs(slope) > 1e-3*weight {
			t.Errorf("slope %d is %g at the minimum of %d rows of weight %v", j, slope, len(f.rows), weight)
		}
	}
}

// TestPolarSets: a set without neutral texts takes no probability from the neutral
// class where it counts only positive against negative, and still tells those.
func TestPolarSets(t *testing.T) {
	sets := judgedSets(600)
	var rows []int
	for i, shares := range sets[1].Shares {
		if shares[1] == 0 {
			rows = append(rows, i)
		}
	}
	polar := Judged{X: mat.NewDense(len(rows), 4, nil)}
	for to, from := range rows {
		polar.Texts = append(polar.Texts, sets[1].Texts[from])
		polar.Shares = append(polar.Shares, sets[1].Shares[from])
		row := append([]float64{}, sets[1].X.(*mat.Dense).RawRowView(from)...)
		row[0] /= 4 // hardly anything tells them apart
		polar.X.(*mat.Dense).SetRow(to, row)
	}
	neutral := map[float64]float64{}
	for _, share := range []float64{0, 0.5, 1} {
		polar.Polar = share
		m := &Mixed{Lang: "en"}
		if err := FitClasses(t.Context(), m, []Judged{sets[0], polar}, ClassOptions{}); err != nil {
			t.Fatal(err)
		}
		f, err := m.Feelings(t.Context(), polar.Texts, polar.X)
		if err != nil {
			t.Fatal(err)
		}
		right := 0
		for i, x := range f {
			neutral[share] += x.Neutral / float64(len(f))
			if x.Value > 0 == (polar.Shares[i][2] == 1) {
				right++
			}
		}
		if right < len(f)*8/10 {
			t.Errorf("share %v: the sign is right for %d of %d", share, right, len(f))
		}
	}
	if neutral[0] > neutral[0.5]-0.05 || neutral[0.5] > neutral[1]-0.05 {
		t.Errorf("mean probability of neutral by polar share: %v, want it to grow", neutral)
	}
}

func TestFitClassesRefuses(t *testing.T) {
	set := judgedSets(6)[0]
	with := func(change func(*Judged)) []Judged {
		s := set
		s.Shares = append([][3]float64{}, set.Shares...)
		change(&s)
		return []Judged{s}
	}
	for name, c := range map[string]struct {
		m    *Mixed
		sets []Judged
		o    ClassOptions
	}{
		"nothing":     {nil, []Judged{set}, ClassOptions{}},
		"language":    {&Mixed{Lang: "xx"}, []Judged{set}, ClassOptions{}},
		"no sets":     {&Mixed{Lang: "en"}, nil, ClassOptions{}},
		"texts":       {&Mixed{Lang: "en"}, with(func(s *Judged) { s.Texts = s.Texts[1:] }), ClassOptions{}},
		"shares":      {&Mixed{Lang: "en"}, with(func(s *Judged) { s.Shares[1] = [3]float64{0.5, 0.2, 0} }), ClassOptions{}},
		"NaN share":   {&Mixed{Lang: "en"}, with(func(s *Judged) { s.Shares[1] = [3]float64{math.NaN(), 1, 0} }), ClassOptions{}},
		"weight":      {&Mixed{Lang: "en"}, with(func(s *Judged) { s.Weight = -1 }), ClassOptions{}},
		"penalty":     {&Mixed{Lang: "en"}, []Judged{set}, ClassOptions{Penalty: -1}},
		"polar":       {&Mixed{Lang: "en"}, with(func(s *Judged) { s.Polar = 1.5 }), ClassOptions{}},
		"NaN polar":   {&Mixed{Lang: "en"}, with(func(s *Judged) { s.Polar = math.NaN() }), ClassOptions{}},
		"not polar":   {&Mixed{Lang: "en"}, with(func(s *Judged) { s.Polar, s.Shares[0] = 0.5, [3]float64{0, 1, 0} }), ClassOptions{}},
		"NaN penalty": {&Mixed{Lang: "en"}, []Judged{set}, ClassOptions{Penalty: math.NaN()}},
		"dimensions":  {&Mixed{Lang: "en"}, append(with(func(*Judged) {}), with(func(s *Judged) { s.X = mat.NewDense(6, 2, nil) })...), ClassOptions{}},
	} {
		if err := FitClasses(t.Context(), c.m, c.sets, c.o); !errors.Is(err, ErrTraining) {
			t.Errorf("%s: %v, want ErrTraining", name, err)
		}
	}
	if err := FitClasses(t.Context(), &Mixed{Lang: "en"}, with(func(s *Judged) { s.X = nil }), ClassOptions{}); !errors.Is(err, ErrDim) {
		t.Errorf("no vectors: %v, want ErrDim", err)
	}
}

// TestFamiliar: vectors like those it was fitted on are not novel, others are,
// and the factor grows with the distance.
func TestFamiliar(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	cloud := func(n, axis int, spread float64) *mat.Dense {
		x := mat.NewDense(n, 8, nil)
		for i := range n {
			for j := range 8 {
				x.Set(i, j, spread*r.NormFloat64())
			}
			x.Set(i, axis+i%2, 1)
		}
		return x
	}
	f, err := FitFamiliar(t.Context(), cloud(400, 0, 0.1), cloud(400, 0, 0.1), FamiliarOptions{Centres: 4})
	if err != nil {
		t.Fatal(err)
	}
	f.Slope = 0.5
	m := &Mixed{Lang: "en", Familiar: f}
	novelties := func(x *mat.Dense) (mean, widest float64) {
		n, _ := x.Dims()
		out := make([]Feeling, n)
		for i := range out {
			out[i].StdErr = 1
		}
		if err := m.widen(x, out); err != nil {
			t.Fatal(err)
		}
		for _, o := range out {
			mean += o.Novelty / float64(n)
			widest = max(widest, o.StdErr)
		}
		return mean, widest
	}
	like, _ := novelties(cloud(400, 0, 0.1))
	unlike, wide := novelties(cloud(400, 5, 0.1))
	if math.Abs(like-0.5) > 0.08 || unlike < 0.999 || wide < 2 {
		t.Errorf("novelty %.3f of the same, %.3f of others, errors up to %.2f", like, unlike, wide)
	}
	last := 0.0
	for d := 0.0; d < 2; d += 0.01 {
		share, by := f.Novelty(d)
		if !(share >= 0 && share <= 1) || by < max(1, last) {
			t.Fatalf("distance %v: share %v, factor %v after %v", d, share, by, last)
		}
		last = by
	}
	if _, err := FitFamiliar(t.Context(), mat.NewDense(2, 3, nil), mat.NewDense(2, 4, nil), FamiliarOptions{}); !errors.Is(err, ErrTraining) {
		t.Errorf("other dimensions: %v", err)
	}
	if _, err := FitFamiliar(t.Context(), mat.NewDense(2, 1, []float64{1, math.NaN()}), mat.NewDense(1, 1, []float64{1}), FamiliarOptions{}); !errors.Is(err, ErrTraining) {
		t.Errorf("NaN: %v", err)
	}
}

// TestReadMixedRefuses: a head with classes that are not whole is no head.
func TestReadMixedRefuses(t *testing.T) {
	sets := judgedSets(60)
	m := &Mixed{Lang: "en"}
	if err := FitClasses(t.Context(), m, sets, ClassOptions{}); err != nil {
		t.Fatal(err)
	}
	var err error
	if m.Familiar, err = FitFamiliar(t.Context(), sets[0].X, sets[1].X, FamiliarOptions{Centres: 2}); err != nil {
		t.Fatal(err)
	}
	data, err := json.Marshal(m.Rounded())
	if err != nil {
		t.Fatal(err)
	}
	again, err := ReadMixed(data)
	if err != nil || again.Dim() != 4 {
		t.Fatalf("%v, %v", again, err)
	}
	whole := string(data)
	for name, s := range map[string]string{
		"language":     strings.Replace(whole, `"lang":"en"`, `"lang":"xx"`, 1),
		"words":        strings.Replace(whole, `"words":[`, `"words":[1,`, 1),
		"no weights":   strings.Replace(whole, `"weights":`, `"other":`, 1),
		"spread":       strings.Replace(whole, `"penalty":`, `"spread":-1,"penalty":`, 1),
		"dim":          strings.Replace(whole, `"dim":4`, `"dim":3`, 1),
		"no dim":       strings.Replace(whole, `"dim":4`, `"dim":0`, 1),
		"quantiles":    strings.Replace(whole, `"quantiles":[`, `"quantiles":[9,`, 1),
		"slope":        strings.Replace(whole, `"slope":0`, `"slope":-1`, 1),
		"only novelty": `{"lang":"en","familiar":` + whole[strings.Index(whole, `"familiar":`)+len(`"familiar":`):],
	} {
		if s == whole {
			t.Fatalf("%s: nothing replaced", name)
		}
		if _, err := ReadMixed([]byte(s)); !errors.Is(err, ErrFormat) {
			t.Errorf("%s: %v, want ErrFormat", name, err)
		}
	}
}
