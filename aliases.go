package cohort

import (
	"io"
	"iter"

	"github.com/seed-56ee9438/cohort/cluster"
	"github.com/seed-56ee9438/cohort/corpus"
	"github.com/seed-56ee9438/cohort/internal/pipeline"
	"github.com/seed-56ee9438/cohort/result"
)

// The types of what goes into a run, from package corpus under the same names.
type (
	// Text is one text and who wrote it. User and Meta appear in the outputs as
	// they are here; PrivacyPreparer.Texts makes them fit to be shown.
	Text = corpus.Text
	// Preparer cleans and masks texts before they are embedded, counted and
	// quoted.
	Preparer = corpus.Preparer
	// Prepared is a text as a Preparer returned it.
	Prepared = corpus.Prepared
	// NamePreparer is a Preparer that also prepares names for display.
	NamePreparer = corpus.NamePreparer
	// PrivacyPreparer is a Preparer that first cleans texts and then masks
	// personal data.
	PrivacyPreparer = corpus.PrivacyPreparer
	// Repeats says how repeated texts and sentences are treated.
	Repeats = corpus.Repeats
	// RepeatsOf says whose near-duplicates are left out.
	RepeatsOf = corpus.RepeatsOf
	// Repair says whether misspelt words are put right.
	Repair = corpus.Repair
)

// The values of RepeatsOf; see package corpus.
const (
	RepeatsOfUser = corpus.RepeatsOfUser
	RepeatsOfAll  = corpus.RepeatsOfAll
	RepeatsKept   = corpus.RepeatsKept
)

// The values of Repair.
const (
	RepairAuto = corpus.RepairAuto
	RepairOn   = corpus.RepairOn
	RepairOff  = corpus.RepairOff
)

// ParseRepair parses auto, on or off; any other name is an ErrOptions.
func ParseRepair(name string) (Repair, error) { return corpus.ParseRepair(name) }

// Slice ranges over texts held in memory, any number of times.
func Slice(texts []Text) iter.Seq2[Text, error] { return corpus.Slice(texts) }

// ParseRepeatsOf parses user, all or keep; any other name is an ErrOptions.
func ParseRepeatsOf(name string) (RepeatsOf, error) { return corpus.ParseRepeatsOf(name) }

// Auto is a Clusterer that tries a range of numbers of segments (or of radii,
// for DBSCAN) and takes the one that [cluster.Choose] recommends. Segment
// writes its reasons to Run.Chosen. Stability is measured with the chosen
// setting; the choice is not repeated for every resample.
type Auto = cluster.Auto

// AutoPipeline is a Clusterer for Options without Reduce and Features: it smooths
// users' vectors over their neighbours (see [reduce.Smoothing]), clusters them by
// KMeans, and chooses the number of segments between its fields KMin and KMax (0:
// 2, and 150, or a fifth of the users if that is less; of fewer than 50 users 10,
// or a third of them), by silhouettes, how well words alone tell the segments, the
// agreement with KMeans on the vectors themselves, and how often neighbours are
// together. If KMin and KMax are equal, it takes that number. Of fewer than 30
// users it chooses as [Auto] does. Then it trains on the texts, as Options.Refine
// says, unless its field Unrefined is true or Pooling is PoolMixture. Its other
// fields are NInit (starts; 0: 10), Seed and Threads. Segment writes its reasons to
// Run.Chosen and Run.Refine.
type AutoPipeline = pipeline.Auto

// The types of results, from package result under the same names.
type (
	// Segmentation is what Segment returns: the segments, their users and the
	// reasons for them.
	Segmentation = result.Segmentation
	// Scores measure how far the segmentation can be trusted.
	Scores = result.Scores
	// Features says what was known of users beside their texts.
	Features = result.Features
	// FeatureEffect says how a feature of a segment's users differs.
	FeatureEffect = result.FeatureEffect
	// Separation compares the silhouette with that of sets without segments.
	Separation = result.Separation
	// Verdict sums up the scores in one word.
	Verdict = result.Verdict
	// Counts say what was read.
	Counts = result.Counts
	// Cleaning counts the texts that each step of preparation changed or left
	// out.
	Cleaning = result.Cleaning
	// Repaired says whether misspelt words were put right, and how many.
	Repaired = result.Repair
	// Privacy says what was done to protect people's data.
	Privacy = result.Privacy
	// Refinement says whether segments were refined by training.
	Refinement = result.Refinement
	// Run describes a run, so that it can be repeated.
	Run = result.Run
	// RunSettings describes a run's estimators, with every option that affects
	// the result.
	RunSettings = result.RunSettings

	// Profile describes one segment.
	Profile = result.Profile
	// Word is a word or phrase that is characteristic of a segment.
	Word = result.Word
	// Odds is a word that is used more in a segment than elsewhere.
	Odds = result.Odds
	// Quote is a masked quotation.
	Quote = result.Quote
	// QuoteKind says what a quotation is an example of.
	QuoteKind = result.QuoteKind
	// WordEffect is how much a word of a text holds it near the centre.
	WordEffect = result.WordEffect
	// Lift says how the metadata of a segment's texts differs from that of all
	// texts.
	Lift = result.Lift
	// Field counts the texts of each segment by the values of one field of their
	// metadata.
	Field = result.Field
	// FieldValue is a value and the number of texts with it in each segment.
	FieldValue = result.FieldValue
	// Combinations counts texts by several fields at once.
	Combinations = result.Combinations
	// Combination is one combination of values of fields.
	Combination = result.Combination
	// Neighbour is the nearest other segment.
	Neighbour = result.Neighbour
	// Stability measures how well a segment is found again when users are
	// resampled.
	Stability = result.Stability
	// Estimate is a mean with its 95 % interval.
	Estimate = result.Estimate
	// Period holds a segment's figures for one span of time.
	Period = result.Period
	// Opinions is what a segment's users say of aspects.
	Opinions = result.Opinions
	// Opinion is what a segment's users say of one aspect.
	Opinion = result.Opinion
	// OpinionContrast compares a segment with the users of all others.
	OpinionContrast = result.OpinionContrast
	// OpinionPeriod counts the mentions of an aspect in one span of time.
	OpinionPeriod = result.OpinionPeriod
	// OpinionQuote is a sentence that says something of an aspect.
	OpinionQuote = result.OpinionQuote
	// Complaint is a group of sentences that blame something and mean alike.
	Complaint = result.Complaint
	// Suggestion is something that could be done for a segment.
	Suggestion = result.Suggestion
	// SuggestionUse says who a suggestion is for.
	SuggestionUse = result.SuggestionUse

	// User is one user and their place among the segments.
	User = result.User
	// Deciding is a text and what would change without it.
	Deciding = result.Deciding
	// Map describes the map of the users in the plane.
	Map = result.Map
	// Join is one step of merging the segments, nearest first.
	Join = result.Join

	// Assignment is the place of a new user among the segments.
	Assignment = result.Assignment
	// Why explains a user's place.
	Why = result.Why
	// Share is the share of a user's texts that are nearest to one segment.
	Share = result.Share
	// TextEffect is the effect of one text on its user's place.
	TextEffect = result.TextEffect
	// Explanation is a text's margin, divided among its words.
	Explanation = result.Explanation
	// Attribution is what a word of a text adds to a score.
	Attribution = result.Attribution

	// Edit changes the segments that the clusterer found.
	Edit = result.Edit
)

// Unassigned is the segment of a user who is in no segment: the clusterer
// considered them noise, or none of their texts has a word.
const Unassigned = result.Unassigned

// FormatVersion is the version of Segmentation's JSON.
const FormatVersion = result.FormatVersion

// The verdicts; package result documents them.
const (
	VerdictClear       = result.VerdictClear
	VerdictFair        = result.VerdictFair
	VerdictWeak        = result.VerdictWeak
	VerdictNoSegments  = result.VerdictNoSegments
	VerdictUnmeasured  = result.VerdictUnmeasured
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

// ReadEdits reads {"version": 1, "edits": [...]}. Unknown fields are an error,
// because a misspelt one would otherwise be ignored.
func ReadEdits(r io.Reader) ([]Edit, error) { return result.ReadEdits(r) }

// WriteEdits writes edits in the format that ReadEdits reads.
func WriteEdits(w io.Writer, edits []Edit) error { return result.WriteEdits(w, edits) }
