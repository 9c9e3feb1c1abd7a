// Package clean prepares what users wrote: repairs encodings, takes out HTML
// and invisible characters, normalises Unicode, and treats links, mentions,
// hashtags, emoji, repeats and white space as Options say. Each step runs in
// linear time, and every byte of the result can be traced to its source with
// Cleaned.Source.
package clean
