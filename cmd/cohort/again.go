package main

import (
	"github.com/spf13/pflag"

	"github.com/seed-56ee9438/cohort"
)

// againFlags are those of the verbs that read texts again for the segmenter of an
// earlier run.
type againFlags struct {
	texts     textFlags
	model     modelFlags
	prep      prepareFlags
	repair    repairFlag
	segmenter string
}

func (f *againFlags) add(s *pflag.FlagSet) {
	f.texts.add(s, true)
	f.texts.addTimes(s)
	f.model.add(s, "auto")
	f.prep.add(s)
	f.repair.addAgain(s)
	s.StringVar(&f.segmenter, "segmenter", "", "segmenter.cohort `file` of an earlier run")
}

// load returns the segmenter and what prepares texts for it, which it sets in o as
// well. The caller must close f.prep.personal if there is no error.
func (f *againFlags) load(o *cohort.Options) (seg *cohort.Segmenter, private cohort.PrivacyPreparer, err error) {
	if err := f.repair.set(o); err != nil {
		return nil, private, err
	}
	if private, err = f.prep.preparer(); err != nil {
		return nil, private, err
	}
	if seg, err = loadSegmenter(f.segmenter); err != nil {
		f.prep.personal.close()
		return nil, private, err
	}
	if private.Describe() != "" {
		o.Prepare = private
	}
	f.model.as(seg.Model())
	return seg, private, nil
}
