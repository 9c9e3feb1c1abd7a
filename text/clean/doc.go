// Package clean prepares texts written by users: it repairs encodings, removes
// HTML and invisible characters, normalises Unicode, and treats links,
// mentions, hashtags, emoji, repeats and white space according to Options. Each
// step runs in linear time, and every byte of the result can be traced to its
// source with Cleaned.Source.
//
//	c := clean.New(clean.Options{})
//	got := c.String("<p>Sooooo good!!!!!</p>") // got.Text is "Sooo good!!!"
//
// Mojibake is text that was decoded in the wrong encoding (cafÃ© for café).
package clean
