package watch

import (
	"time"

	"github.com/seed-56ee9438/cohort/drift"
)

// Assigned is the line of a row: its place by its text alone.
type Assigned struct {
	Type     string   `json:"type"` // "assignment"
	Row      int      `json:"row"`  // its number in the feed, from 1
	User     string   `json:"user"`
	Segment  int      `json:"segment"` // cohort.Unassigned if it is in no segment or has no word
	Name     string   `json:"segment_name"`
	RunnerUp int      `json:"runner_up"`
	Distance float64  `json:"distance"`
	Margin   float64  `json:"margin"`
	Feeling  *float64 `json:"sentiment,omitempty"` // from -1 to 1
}

// Window is the line of a window.
type Window struct {
	Type    string     `json:"type"`   // "window"
	Number  int        `json:"window"` // from 1
	FromRow int        `json:"from_row"`
	ToRow   int        `json:"to_row"`
	Start   *time.Time `json:"start,omitempty"` // of a window that is a span of time
	End     *time.Time `json:"end,omitempty"`
	Late    int        `json:"late,omitempty"` // rows whose time is before Start
	Texts   int        `json:"texts"`          // that have a word
	Users   int        `json:"users"`          // who wrote them
	// Rejected is the number of rows that could not be read.
	Rejected int `json:"rejected,omitempty"`
	// WarmUp says that the window is part of the reference: nothing is tested.
	WarmUp       bool          `json:"warm_up"`
	Segments     []Measured    `json:"segments"`
	Unassigned   Measured      `json:"unassigned"`
	Unassignable *Unassignable `json:"unassignable,omitempty"`
	// Drift compares the reference and the window; nil in the warm-up, and if
	// there is a single segment.
	Drift *drift.Comparison `json:"drift,omitempty"`
	// Tests is the number of tests, and Level the corrected p-value at or below
	// which one raises an alert.
	Tests   int      `json:"tests,omitempty"`
	Level   float64  `json:"level,omitempty"`
	Alerts  []string `json:"alerts,omitempty"`  // ids of the alerts that it raises
	Ongoing []string `json:"ongoing,omitempty"` // ids of earlier alerts whose change goes on
}

// Measured are the figures of a segment in a window.
type Measured struct {
	ID    int     `json:"id"`
	Name  string  `json:"name,omitempty"`
	Users int     `json:"users"`
	Share float64 `json:"share"` // of the window's users
	// Reference is the share in the reference; the p-values, corrected for all
	// tests of the window, are those of a change. They are nil in the warm-up.
	Reference *float64 `json:"reference_share,omitempty"`
	Grown     *float64 `json:"p_grown,omitempty"`
	Shrunk    *float64 `json:"p_shrunk,omitempty"`
	// Feeling is the mean sentiment of its users, each by the mean of their texts.
	Feeling          *float64 `json:"sentiment,omitempty"`
	ReferenceFeeling *float64 `json:"reference_sentiment,omitempty"`
	Soured           *float64 `json:"p_soured,omitempty"`
}

// Unassignable counts users with a text that is farther from all centres than
// nearly all of the reference.
type Unassignable struct {
	Users     int     `json:"users"`
	Share     float64 `json:"share"`
	Reference float64 `json:"reference_share"`
	Limit     float64 `json:"limit"` // the distance beyond which they are
	P         float64 `json:"p"`
}

// Kind is what an alert is about.
type Kind string

// The kinds of alerts.
const (
	Grown      Kind = "grown"        // a segment's share of users is larger
	Shrunk     Kind = "shrunk"       // it is smaller
	Soured     Kind = "soured"       // its users' sentiment is lower
	Unplaced   Kind = "unassigned"   // the Segmenter leaves out more users
	Unfamiliar Kind = "unassignable" // texts pile up that are far from all centres
)

// Alert is the line of an alert, and what is posted.
type Alert struct {
	Type string `json:"type"` // "alert"
	// ID is the same each time the alert is written or posted.
	ID      string `json:"id"`
	Kind    Kind   `json:"kind"`
	Window  int    `json:"window"`
	Segment int    `json:"segment,omitempty"` // 0 for Unplaced and Unfamiliar
	Name    string `json:"segment_name,omitempty"`
	Users   int    `json:"users"` // of the window in it, or beyond the limit
	// Before and After are shares of users, or mean sentiments, of the reference
	// and of the window.
	Before float64 `json:"before"`
	After  float64 `json:"after"`
	P      float64 `json:"p"` // corrected for all tests of the window
	// Level is the chance of a false alarm in a window; FalseAlarms that in
	// Horizon windows.
	Level       float64    `json:"level"`
	FalseAlarms float64    `json:"false_alarms"`
	Horizon     int        `json:"horizon"`
	Candidate   *Candidate `json:"candidate,omitempty"`
}

// Candidate describes texts that may make up a new segment.
type Candidate struct {
	Users int    `json:"users"`
	Texts int    `json:"texts"`
	Words []Word `json:"words"`
	// Quotes are those nearest to the middle of the texts, masked, each of another
	// user. There are none if too few users wrote the texts.
	Quotes []string `json:"quotes"`
	// Nearest is the segment whose centre is nearest to most of the texts.
	Nearest int `json:"nearest_segment"`
}

// Word is a word that a candidate's texts use more than the window's others.
type Word struct {
	Text   string  `json:"text"`
	Z      float64 `json:"z"` // log-odds in standard errors
	Count  int     `json:"count"`
	Others int     `json:"others"`
}
