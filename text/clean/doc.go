// Package clean prepares texts written by users: it repairs encodings, removes
// HTML and invisible characters, normalises Unicode, and treats links,
// mentions, hashtags, emoji, repeats and white space according to Options. Each
// step runs in linear time, and every byte of the result can be traced to its
// source with Cleaned.Source.
package clean
