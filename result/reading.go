package result

// Reading describes what the texts were read from, what was guessed about it,
// and what was skipped.
type Reading struct {
	Format           string `json:"format"` // csv, jsonl, …; comma-separated if several files differ
	Compression      string `json:"compression,omitempty"`
	Encoding         string `json:"encoding"`
	EncodingGuessed  bool   `json:"encoding_guessed,omitempty"` // the bytes are valid text in other encodings, too
	Delimiter        string `json:"delimiter,omitempty"`
	DelimiterGuessed bool   `json:"delimiter_guessed,omitempty"` // it is not the usual delimiter of such files
	HeaderLine       int    `json:"header_line,omitempty"`       // if it is not the first
	Files            int    `json:"files,omitempty"`             // if there are several

	Rows         int `json:"rows"`     // rows read
	Rejected     int `json:"rejected"` // rows skipped because they could not be read
	NullTexts    int `json:"null_texts,omitempty"`
	MissingUsers int `json:"missing_users,omitempty"`
	// AlikeUsers are users whose names differ from another's only in spaces around
	// them and characters that do not show. They are users of their own.
	AlikeUsers    int `json:"alike_users,omitempty"`
	ZeroWeights   int `json:"zero_weights,omitempty"` // rows left out for their weight of 0
	MissingTimes  int `json:"missing_times,omitempty"`
	UnreadRatings int `json:"unread_ratings,omitempty"`
}
