package source

// Stats are what a pass over a source has shown. Counts of files whose reading was
// given up count up to there.
type Stats struct {
	Files    int `json:"files,omitempty"` // where there are several
	Rows     int `json:"rows"`            // that were read
	Rejected int `json:"rejected"`        // that could not be read and were skipped

	Format           Format `json:"format"`
	Compression      string `json:"compression,omitempty"`
	Encoding         string `json:"encoding"`
	EncodingGuessed  bool   `json:"encoding_guessed,omitempty"` // its bytes are of other encodings too
	Delimiter        string `json:"delimiter,omitempty"`
	DelimiterGuessed bool   `json:"delimiter_guessed,omitempty"` // it is not the usual one of such a file
	HeaderLine       int    `json:"header_line,omitempty"`       // where it is not the first

	NullTexts     int `json:"null_texts,omitempty"`
	MissingUsers  int `json:"missing_users,omitempty"`
	MissingTimes  int `json:"missing_times,omitempty"`
	NullWeights   int `json:"null_weights,omitempty"`
	Ratings       int `json:"ratings,omitempty"` // that were read
	MissingRating int `json:"missing_ratings,omitempty"`
	// UnreadRatings are values of the ratings' column that are none, the first of
	// them in line UnreadRatingLine.
	UnreadRatings    int `json:"unread_ratings,omitempty"`
	UnreadRatingLine int `json:"unread_rating_line,omitempty"`
	// RatingScale is the highest rating where the values say it: 5 of 3/5 and ★★★☆☆,
	// 100 of 60 %.
	RatingScale float64 `json:"rating_scale,omitempty"`
}
