package source

// Stats are the findings of a pass over a source. If reading a file was
// aborted, its counts are those up to that point.
type Stats struct {
	Files    int `json:"files,omitempty"` // if there are several
	Rows     int `json:"rows"`            // number of rows read
	Rejected int `json:"rejected"`        // records that could not be read and were skipped

	Format          Format `json:"format"`
	Compression     string `json:"compression,omitempty"`
	Encoding        string `json:"encoding"`
	EncodingGuessed bool   `json:"encoding_guessed,omitempty"` // its bytes are also valid in other encodings
	// EncodingGuesses are the encodings that were guessed of several files.
	EncodingGuesses []Guess `json:"encoding_guesses,omitempty"`
	// OverriddenEncoding is UTF-8 where Options.Encoding is another and the bytes
	// are valid UTF-8, which text in other encodings hardly ever is; of several
	// files the first such is OverriddenFile.
	OverriddenEncoding string `json:"overridden_encoding,omitempty"`
	OverriddenFile     string `json:"overridden_file,omitempty"`
	// UndecodedLines is the number of lines with bytes that are not of the
	// encoding, in place of which U+FFFD is read; the first is UndecodedLine, of
	// several files in UndecodedFile.
	UndecodedLines int    `json:"undecoded_lines,omitempty"`
	UndecodedLine  int    `json:"undecoded_line,omitempty"`
	UndecodedFile  string `json:"undecoded_file,omitempty"`
	// UTF8Lines is the number of lines that are UTF-8 in a file of another encoding,
	// as which they are read; the first is UTF8Line, of several files in UTF8File.
	UTF8Lines int    `json:"utf8_lines,omitempty"`
	UTF8Line  int    `json:"utf8_line,omitempty"`
	UTF8File  string `json:"utf8_file,omitempty"`
	// NULs is the number of bytes that are zero, which were left out: padding, or
	// the end of a file that was not closed properly.
	NULs             int    `json:"nuls,omitempty"`
	Delimiter        string `json:"delimiter,omitempty"`
	DelimiterGuessed bool   `json:"delimiter_guessed,omitempty"` // it is not the usual one for such a file
	HeaderLine       int    `json:"header_line,omitempty"`       // if it is not the first
	// DelimiterGuesses and HeaderGuesses are the delimiters, and the lines of the
	// headers, that were guessed of several files.
	DelimiterGuesses []Guess `json:"delimiter_guesses,omitempty"`
	HeaderGuesses    []Guess `json:"header_guesses,omitempty"`

	// SpacedQuotes is the number of quoted fields that begin after spaces, which
	// were left out.
	SpacedQuotes int `json:"spaced_quotes,omitempty"`

	// RepeatedHeaders is the number of lines that repeat the header and were left
	// out.
	RepeatedHeaders int `json:"repeated_headers,omitempty"`

	// MergedCells is the number of cells that have the value of a cell of a workbook
	// that is merged over several rows, from the first of these.
	MergedCells int `json:"merged_cells,omitempty"`

	// SerialTimes is the number of times that are numbers of days, taken to be
	// those since 1900 of a spreadsheet.
	SerialTimes int `json:"serial_times,omitempty"`

	NullTexts    int `json:"null_texts,omitempty"`
	MissingUsers int `json:"missing_users,omitempty"`
	// AlikeUsers is the number of users whose names differ from another user's only
	// in spaces around them and in characters that do not show, with
	// Options.CompareUsers; the first is in line AlikeUserLine, of several files in
	// AlikeUserFile. They are users of their own.
	AlikeUsers    int    `json:"alike_users,omitempty"`
	AlikeUserLine int    `json:"alike_user_line,omitempty"`
	AlikeUserFile string `json:"alike_user_file,omitempty"`
	MissingTimes  int    `json:"missing_times,omitempty"` // empty, or in the years 1 or 9999, which stand for none
	NullWeights   int    `json:"null_weights,omitempty"`
	ZeroWeights   int    `json:"zero_weights,omitempty"` // rows whose weight is 0
	Ratings       int    `json:"ratings,omitempty"`      // number of ratings read
	MissingRating int    `json:"missing_ratings,omitempty"`
	// UnreadRatings is the number of values in the rating column that are not
	// ratings; the first of them is in line UnreadRatingLine, of several files in
	// UnreadRatingFile.
	UnreadRatings    int    `json:"unread_ratings,omitempty"`
	UnreadRatingLine int    `json:"unread_rating_line,omitempty"`
	UnreadRatingFile string `json:"unread_rating_file,omitempty"`
	// RatingScale is the highest rating if the values imply it: 5 for 3/5 and
	// ★★★☆☆, 100 for 60 %.
	RatingScale float64 `json:"rating_scale,omitempty"`
}

// among returns the name of a file to tell it from the others, if there are any.
func (s *Stats) among(path string) string {
	if s.Files > 1 {
		return path
	}
	return ""
}
