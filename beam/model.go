package beam

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"sync"
	"sync/atomic"

	"github.com/seed-56ee9438/cohort/bert"
	"github.com/seed-56ee9438/cohort/bert/bgezh"
	"github.com/seed-56ee9438/cohort/bert/minilm"
)

// ModelOptions say which model embeds.
type ModelOptions struct {
	// Name is minilm, bge-zh, or the directory of a model, which every worker must
	// be able to read.
	Name string
	Int8 bool // compute with 8-bit weights
	// Threads is the number of goroutines of a bundle; 0: GOMAXPROCS.
	Threads int
}

// loaded holds the models of this process by their options. A model stays as
// long as the process does: bundles come and go, and loading takes longer than
// many of them.
var loaded sync.Map // ModelOptions -> *onceModel

type onceModel struct {
	once  sync.Once
	model *bert.Model
	err   error
}

// loads counts the models that this process has loaded.
var loads atomic.Int64

// Load returns the model, which it loads unless this process has done so.
func (o ModelOptions) Load() (*bert.Model, error) {
	if err := o.check(); err != nil {
		return nil, err
	}
	v, _ := loaded.LoadOrStore(o, &onceModel{})
	m := v.(*onceModel)
	m.once.Do(func() {
		loads.Add(1)
		m.model, m.err = o.load()
	})
	return m.model, m.err
}

func (o ModelOptions) load() (*bert.Model, error) {
	b := bert.Options{Threads: o.Threads}
	if o.Int8 {
		b.Precision = bert.Int8
	}
	switch o.Name {
	case "minilm":
		b.Name = minilm.Name
		return minilm.Load(b)
	case "bge-zh":
		b.Name = bgezh.Name
		return bgezh.Load(b)
	case "":
		return nil, errors.New("cohort/beam: no model is named")
	}
	if _, err := os.Stat(o.Name); errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("cohort/beam: no model %q: want minilm, bge-zh or a directory that workers can read: %w", o.Name, err)
	}
	return bert.Load(o.Name, b)
}
