package cohort

import (
	"context"
	"iter"
)

// Segment groups the users of texts and returns the segments with the reasons
// for them.
//
// texts is ranged over twice, three times with Options.Repeats, and must give the
// same texts each time: see the package comment. Use [Slice] for texts held in memory. An error of texts, or
// of the model, ends the work and is returned as it is, wrapped.
//
// Errors: ErrNoModel, ErrOptions, ErrNoTexts, ErrTooFewUsers and ErrIdentical
// (as *CountError), ErrNotFinite, ErrWeight, ErrSourceChanged, those of the
// Clusterer, and the context's.
func Segment(ctx context.Context, texts iter.Seq2[Text, error], opt Options) (*Segmentation, error) {
	m, err := Fit(ctx, texts, opt)
	if err != nil {
		return nil, err
	}
	return m.Segmentation(), nil
}

// Fit is Segment for those who want to place users later as well: the Segmenter
// that it returns holds the segmentation, and can be saved.
func Fit(ctx context.Context, texts iter.Seq2[Text, error], opt Options) (*Segmenter, error) {
	o, err := opt.withDefaults()
	if err != nil {
		return nil, err
	}
	if o.Edits, err = o.namedEdits(ctx); err != nil {
		return nil, err
	}
	g, err := gather(ctx, texts, &o)
	if err != nil {
		return nil, err
	}
	defer g.store.close()
	gr, err := findGroups(ctx, g, &o)
	if err != nil {
		return nil, err
	}

	ev, err := newEvidence(ctx, g, gr, &o)
	if err != nil {
		return nil, err
	}
	if err := g.second(ctx, texts, &o, ev.visit); err != nil {
		return nil, err
	}
	if err := ev.flush(ctx); err != nil {
		return nil, err
	}
	s := &Segmentation{Version: FormatVersion, Lang: ev.lang}
	s.Counts = Counts{Texts: g.texts, EmptyTexts: g.empty, Users: len(g.names)}
	s.Cleaning = g.cleaning
	noteLanguages(&s.Cleaning, g.languages, o.Reads)
	s.Run = describe(g, &o)
	if s.Scores, err = score(ctx, g, gr, &o); err != nil {
		return nil, err
	}
	if err := ev.profiles(ctx, s); err != nil {
		return nil, err
	}
	if err := measureStability(ctx, s, g, gr, &o); err != nil {
		return nil, err
	}
	if err := drawMap(ctx, s, g, gr); err != nil {
		return nil, err
	}
	compare(s, gr)
	s.Scores.Verdict = verdict(s)
	return newSegmenter(s, g, gr, &o), nil
}
