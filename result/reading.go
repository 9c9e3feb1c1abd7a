package result

// Reading says what the texts were read from, and what of it was guessed or not
// taken in.
type Reading struct {
	Format           string `json:"format"` // csv, jsonl, …; those of several files by commas
	Compression      string `json:"compression,omitempty"`
	Encoding         string `json:"encoding"`
	EncodingGuessed  bool   `json:"encoding_guessed,omitempty"` // the bytes are a text in other encodings too
	Delimiter        string `json:"delimiter,omitempty"`
	DelimiterGuessed bool   `json:"delimiter_guessed,omitempty"` // it is not the usual one of such a file
	HeaderLine       int    `json:"header_line,omitempty"`       // where it is not the first
	Files            int    `json:"files,omitempty"`             // where there are several

	Rows          int `json:"rows"`     // that were read
	Rejected      int `json:"rejected"` // that could not be read and were skipped
	NullTexts     int `json:"null_texts,omitempty"`
	MissingUsers  int `json:"missing_users,omitempty"`
	MissingTimes  int `json:"missing_times,omitempty"`
	UnreadRatings int `json:"unread_ratings,omitempty"`
}
