package train

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"unicode/utf8"

	"github.com/seed-56ee9438/cohort/bert"
	"github.com/seed-56ee9438/cohort/estimator"
	"github.com/seed-56ee9438/cohort/internal/atomicfile"
	"github.com/seed-56ee9438/cohort/internal/persist"
	"github.com/seed-56ee9438/cohort/probe"
)

// ErrSaved reports a classifier's file that Save did not write, that is damaged,
// that a newer version wrote, or that belongs to another model.
var ErrSaved = estimator.ErrSaved

// ClassifierFile is the file that holds a classifier's head and labels, beside the
// files of its model.
const ClassifierFile = "classifier.cohort"

const kindClassifier = "train.Classifier"

// mostClassifierBytes bounds what is read of a file.
const mostClassifierBytes = 1 << 30

// classifierHead holds the parts that are not saved as tensors.
type classifierHead struct {
	Labels []string `json:"labels"`
	Digest string   `json:"model_sha256"`
}

// check requires what Classify relies on.
func (c *Classifier) check() error {
	if c == nil || c.Model == nil {
		return persist.NotFitted(kindClassifier, "no model")
	}
	if err := c.Head.Check(); err != nil {
		return err
	}
	if k := c.Head.Classes(); k != len(c.Labels) {
		return persist.NotFitted(kindClassifier, "%d labels of %d classes", len(c.Labels), k)
	}
	if d := len(c.Head.Weights[0]); d != c.Model.Dim() {
		return persist.NotFitted(kindClassifier, "weights of %d features for vectors of %d", d, c.Model.Dim())
	}
	for i, l := range c.Labels {
		if !utf8.ValidString(l) {
			return persist.NotFitted(kindClassifier, "label %d is not UTF-8", i)
		}
	}
	return nil
}

// Save writes the classifier to dir, a directory that does not exist or is empty:
// the model as bert.Model.Save does, and ClassifierFile (docs/formats.md).
// LoadClassifier reads it, with the same predictions. After an error nothing is
// left behind. A classifier that is incomplete is an estimator.ErrNotFitted; other
// errors are those of bert.Model.Save.
func (c *Classifier) Save(dir string) (err error) {
	if err := c.check(); err != nil {
		return fmt.Errorf("train: saving a classifier: %w", err)
	}
	if err := c.Model.Save(dir); err != nil {
		return fmt.Errorf("train: saving a classifier: %w", err)
	}
	defer func() {
		if err != nil {
			_ = os.RemoveAll(dir) // err is more informative
			err = fmt.Errorf("train: saving a classifier: %w", err)
		}
	}()
	digest, err := digestOf(dir) // saving may change it
	if err != nil {
		return err
	}
	head, err := c.Head.MarshalBinary()
	if err != nil {
		return err
	}
	var w persist.Writer
	w.Bytes("head", head)
	data, err := w.Encode(kindClassifier, 1, classifierHead{c.Labels, digest})
	if err != nil {
		return err
	}
	return atomicfile.Write(filepath.Join(dir, ClassifierFile), func(w io.Writer) error {
		_, err := w.Write(data)
		return err
	})
}

// LoadClassifier loads what Save wrote. The caller closes its Model. Errors are
// those of bert.Load, ErrSaved, and fs.ErrNotExist for a directory without
// ClassifierFile. Options that change vectors (Dim, Pooling) are an ErrOptions.
//
// With Precision Int8 predictions differ as the vectors do.
func LoadClassifier(dir string, o bert.Options) (*Classifier, error) {
	if o.Dim != 0 || o.Pooling != 0 {
		return nil, optionError("a classifier's model takes no Dim and no Pooling, which would change its vectors")
	}
	data, err := readAtMost(filepath.Join(dir, ClassifierFile), mostClassifierBytes)
	if err != nil {
		return nil, fmt.Errorf("train: loading a classifier: %w", err)
	}
	c := new(Classifier)
	want, err := c.read(data)
	if err != nil {
		return nil, fmt.Errorf("train: loading a classifier: %w", err)
	}
	switch got, err := digestOf(dir); {
	case err != nil:
		return nil, err
	case got != want:
		return nil, fmt.Errorf("train: loading a classifier: %w: it belongs to another model than the one beside it", ErrSaved)
	}
	if c.Model, err = bert.Load(dir, o); err != nil {
		return nil, err
	}
	if err := c.check(); err != nil {
		return nil, errors.Join(fmt.Errorf("train: loading a classifier: %w", persist.Wrong(kindClassifier, err)), c.Model.Close())
	}
	return c, nil
}

// digestOf returns the digest of the model in a directory as it is, whatever
// options it is used with.
func digestOf(dir string) (string, error) {
	m, err := bert.Load(dir, bert.Options{})
	if err != nil {
		return "", err
	}
	defer m.Close()
	return m.Digest(), nil
}

// read sets the head and the labels, and returns the digest of the model.
func (c *Classifier) read(data []byte) (digest string, err error) {
	var head classifierHead
	f, err := persist.Decode(data, kindClassifier, 1, &head)
	if err != nil {
		return "", err
	}
	bytes := f.Bytes("head")
	if err := f.Err(); err != nil {
		return "", err
	}
	c.Head, c.Labels = new(probe.Logistic), head.Labels
	return head.Digest, c.Head.UnmarshalBinary(bytes)
}

// readAtMost reads a file of at most that many bytes.
func readAtMost(path string, most int64) ([]byte, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	data, err := io.ReadAll(io.LimitReader(f, most+1))
	if err == nil && int64(len(data)) > most {
		err = fmt.Errorf("%w: %s has more than %d bytes", ErrSaved, ClassifierFile, most)
	}
	return data, err
}
