package cohort

import (
	"io"
	"iter"

	"github.com/seed-56ee9438/cohort/cluster"
	"github.com/seed-56ee9438/cohort/corpus"
	"github.com/seed-56ee9438/cohort/result"
)

// What goes into a run is package corpus's, under the same names.
type (
	// Text is one text and who wrote it. User and Meta appear in what is written of
	// a segmentation as they are here; PrivacyPreparer.Texts makes them fit for that.
	Text = corpus.Text
	// Preparer makes texts fit to be embedded, counted and quoted.
	Preparer = corpus.Preparer
	// Prepared is a text that a Preparer made fit.
	Prepared = corpus.Prepared
	// NamePreparer is a Preparer that also makes names fit to be shown.
	NamePreparer = corpus.NamePreparer
	// PrivacyPreparer is a Preparer that first cleans and then masks personal data.
	PrivacyPreparer = corpus.PrivacyPreparer
	// Repeats say what is done about texts, and sentences of texts, that come again.
	Repeats = corpus.Repeats
	// RepeatsOf says whose near-duplicates are left out.
	RepeatsOf = corpus.RepeatsOf
)

// Whose near-duplicates are left out; see package corpus.
const (
	RepeatsOfUser = corpus.RepeatsOfUser
	RepeatsOfAll  = corpus.RepeatsOfAll
	RepeatsKept   = corpus.RepeatsKept
)

// Slice ranges over texts held in memory, any number of times.
func Slice(texts []Text) iter.Seq2[Text, error] { return corpus.Slice(texts) }

// ParseRepeatsOf reads user, all or keep; anything else is an ErrOptions.
func ParseRepeatsOf(name string) (RepeatsOf, error) { return corpus.ParseRepeatsOf(name) }

// Auto is a Clusterer that tries a range of numbers of segments (or of radii, for
// DBSCAN) and takes the one that [cluster.Choose] recommends. Segment writes its
// reasons to Run.Chosen, and measures stability with the setting found rather than
// by choosing anew in every resample.
type Auto = cluster.Auto

// What Segment and Segmenter find is package result's, under the same names.
type (
	// Segmentation is what Segment returns: who belongs together, and why.
	Segmentation = result.Segmentation
	// Scores tell whether the segmentation is to be trusted.
	Scores = result.Scores
	// Verdict is the scores in one word.
	Verdict = result.Verdict
	// Counts say what was read.
	Counts = result.Counts
	// Cleaning says how many texts each step of preparing them touched.
	Cleaning = result.Cleaning
	// Privacy says what was done to keep persons out of the outputs.
	Privacy = result.Privacy
	// Run says how to get the same segmentation again.
	Run = result.Run
	// RunSettings describe a run's estimators with every option that changes its
	// result.
	RunSettings = result.RunSettings

	// Profile is one segment and what is known about it.
	Profile = result.Profile
	// Word is a telling word or phrase.
	Word = result.Word
	// Odds is a word that is said more in a segment than elsewhere.
	Odds = result.Odds
	// Quote is a masked quotation.
	Quote = result.Quote
	// QuoteKind says what a quotation is an example of.
	QuoteKind = result.QuoteKind
	// WordEffect is how much a word of a text holds it near the centre.
	WordEffect = result.WordEffect
	// Lift is what sets the metadata of a segment's texts apart.
	Lift = result.Lift
	// Neighbour is the nearest other segment.
	Neighbour = result.Neighbour
	// Stability is how well a segment comes back when users are drawn anew.
	Stability = result.Stability
	// Estimate is a mean with its 95 % interval.
	Estimate = result.Estimate
	// Period is one span of time of a segment.
	Period = result.Period
	// Suggestion is something that might be done for a segment.
	Suggestion = result.Suggestion
	// SuggestionUse is whom a suggestion is for.
	SuggestionUse = result.SuggestionUse

	// User is one user and where they were placed.
	User = result.User
	// Deciding is a text and what would change without it.
	Deciding = result.Deciding
	// Map places users in the plane.
	Map = result.Map
	// Join is one step of joining the segments, nearest first.
	Join = result.Join

	// Assignment is where a new user was placed.
	Assignment = result.Assignment
	// Why is where a user is placed and what put them there.
	Why = result.Why
	// Share is the part of a user's texts that are nearest to a segment.
	Share = result.Share
	// TextEffect is what one text does for its user's place.
	TextEffect = result.TextEffect

	// Edit changes the segments that the clusterer found.
	Edit = result.Edit
)

// Unassigned is the segment of a user that no segment holds: noise to the
// clusterer, or a user without a single word.
const Unassigned = result.Unassigned

// FormatVersion is the version of Segmentation's JSON.
const FormatVersion = result.FormatVersion

// The verdicts; see package result for what they mean.
const (
	VerdictClear       = result.VerdictClear
	VerdictFair        = result.VerdictFair
	VerdictWeak        = result.VerdictWeak
	VerdictOverlapping = result.VerdictOverlapping
	VerdictNone        = result.VerdictNone
)

// The kinds of quotations.
const (
	QuoteCentral     = result.QuoteCentral
	QuoteBorderline  = result.QuoteBorderline
	QuoteContrasting = result.QuoteContrasting
)

// The uses of suggestions.
const (
	UseMessage        = result.UseMessage
	UseFix            = result.UseFix
	UseRecommendation = result.UseRecommendation
)

// ReadEdits reads {"version": 1, "edits": [...]}. Unknown fields are refused,
// since a misspelt one would silently do nothing.
func ReadEdits(r io.Reader) ([]Edit, error) { return result.ReadEdits(r) }

// WriteEdits writes what ReadEdits reads.
func WriteEdits(w io.Writer, edits []Edit) error { return result.WriteEdits(w, edits) }
