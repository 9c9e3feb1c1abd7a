package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/pflag"

	"github.com/seed-56ee9438/cohort/result"
	"github.com/seed-56ee9438/cohort/source"
)

// textFlags say which texts are read, and how. They are common to all verbs
// that read texts.
type textFlags struct {
	in, format      string
	opt             source.Options
	nulls           []string
	nullsGiven      func() bool
	missing         string
	onError         string
	rejects         string
	src             *source.Source
	rejected        *rejects
	ownQuery        bool // the verb has its own flag --query
	everyTextCounts bool // results have a row per text, so "none" is a text
}

// add adds the flags; users says whether texts are pooled by user. If not,
// results have a row per text.
func (f *textFlags) add(s *pflag.FlagSet, users bool) {
	f.addFile(s)
	f.everyTextCounts = !users
	s.StringSliceVar(&f.nulls, "null-values", nil, "`values` that stand for none, separated by commas, whatever their case (default: "+defaultNulls(users)+")")
	f.nullsGiven = func() bool { return s.Changed("null-values") }
	if users {
		f.opt.CompareUsers = true
		s.StringVar(&f.opt.UserColumn, "user-column", "", "`column` with the user (default \"user\" if there is one; otherwise every text is a user of its own)")
		s.StringVar(&f.missing, "missing-user", "separate", "`treatment` of rows without a user: separate (each is a user of its own), one (all are one user) or skip")
	}
}

func defaultNulls(users bool) string {
	if users {
		return "NULL, N/A, NaN, -, none and such"
	}
	return "none: every text counts"
}

// addFile adds the flags that say how a file is read.
func (f *textFlags) addFile(s *pflag.FlagSet) {
	s.StringVar(&f.in, "in", "", "read this `file`, directory or pattern: "+strings.Join(kinds, ", ")+"; texts also packed as .gz, .zst or .bz2; - is standard input")
	s.StringVar(&f.format, "format", "", "`format` of the input if its name does not tell: "+strings.Join(formats, ", "))
	s.StringVar(&f.opt.TextColumn, "text-column", "", "`column` with the text (default \"text\"); a.b is a value within an object of JSON")
	s.StringVar(&f.opt.Encoding, "encoding", "", "`encoding` of the input, such as gb18030, shift_jis or windows-1252 (default: told by its bytes)")
	s.StringVar(&f.opt.Delimiter, "delimiter", "", "`character` between the fields of CSV or TSV, or its name: tab, comma, semicolon, pipe (default: told by the file)")
	s.BoolVar(&f.opt.NoQuotes, "no-quotes", false, "take quotation marks in CSV or TSV as text")
	s.StringVar(&f.opt.Escape, "escape", "", "`character` in CSV or TSV that makes the next one text, such as a backslash")
	s.BoolVar(&f.opt.LazyQuotes, "lazy-quotes", false, "accept stray quotation marks in CSV or TSV: take such a field as it stands")
	s.BoolVar(&f.opt.Multiline, "multiline", false, "accept quoted fields over lines that look like rows of their own")
	s.StringVar(&f.opt.Table, "table", "", "`name` of the table of a database, or of the sheet of a workbook")
	if !f.ownQuery {
		s.StringVar(&f.opt.Query, "query", "", "`query` in SQL of which the rows are read from a database")
	}
	s.StringVar(&f.onError, "on-error", "stop", "`reaction` to a row that cannot be read: stop or skip")
	s.StringVar(&f.rejects, "rejects", "", "with --on-error skip, write the rows that were skipped, and why, to this `file` of JSON lines")
}

// addTimes adds the flags for times, used in pooling users' texts.
func (f *textFlags) addTimes(s *pflag.FlagSet) {
	s.StringVar(&f.opt.WeightColumn, "weight-column", "", "`column` with the weight of the text")
	s.StringVar(&f.opt.TimeColumn, "time-column", "", "`column` with the date of the text")
	s.StringSliceVar(&f.opt.TimeFormats, "time-format", nil, "`format` of the dates, such as %d/%m/%Y, unixms, excel or excel1904 (default: told where it cannot mean another)")
}

// kinds describes the values of --in, formats those of --format.
var (
	kinds   = []string{".csv", ".tsv", ".jsonl", ".json", ".txt", ".parquet", ".arrow", ".xlsx", ".db (SQLite)", "postgres://…"}
	formats = []string{"csv", "tsv", "jsonl", "json", "txt", "parquet", "arrow", "xlsx", "sqlite"}
)

// options completes the reading options.
func (f *textFlags) options(a *app) (source.Options, error) {
	if err := need([2]string{"in", f.in}); err != nil {
		return f.opt, err
	}
	o := f.opt
	var err error
	if o.Format, err = source.ParseFormat(f.format); err != nil {
		return o, usagef("--format: %v", err)
	}
	o.Stdin = a.in
	o.MissingUser, o.OnError = source.MissingUser(f.missing), source.OnError(f.onError)
	switch {
	case f.nullsGiven != nil && f.nullsGiven():
		o.Nulls = append([]string{}, f.nulls...)
	case f.everyTextCounts:
		o.Nulls = []string{}
	}
	if f.rejects != "" {
		if o.OnError != source.Skip {
			return o, usagef("--rejects needs --on-error skip")
		}
		if f.rejected == nil {
			f.rejected = &rejects{path: f.rejects}
		}
		o.Reject = f.rejected.add
	}
	return o, usage(o.Check())
}

// usage turns errors of invalid settings into usage errors.
func usage(err error) error {
	if errors.Is(err, source.ErrOption) || errors.Is(err, source.ErrEncoding) {
		return usagef("%v", err)
	}
	return err
}

// open opens the source; the caller must call close.
func (f *textFlags) open(ctx context.Context, a *app) (*source.Source, error) {
	o, err := f.options(a)
	if err != nil {
		return nil, err
	}
	src, err := source.Open(ctx, f.in, o)
	if err != nil {
		f.close()
		return nil, usage(err)
	}
	f.src = src
	return src, nil
}

// close releases the resources of open. Rejected records are not written unless
// done was called.
func (f *textFlags) close() {
	if f.src != nil {
		f.src.Close()
		f.src = nil
	}
	if f.rejected != nil {
		f.rejected.drop()
	}
}

// done writes the rejected records, and prints notes on the reading to standard
// error unless quiet is set, as with --stats, which includes them.
func (f *textFlags) done(a *app, st source.Stats, quiet bool) error {
	if f.rejected != nil {
		if err := f.rejected.write(); err != nil {
			return err
		}
	}
	if quiet {
		return nil
	}
	for _, n := range notes(st) {
		fmt.Fprintf(a.err, "cohort: note: %s\n", n)
	}
	return nil
}

// notes describe what was guessed about a source, and what was left out.
func notes(st source.Stats) []string {
	var out []string
	say := func(cond bool, format string, args ...any) {
		if cond {
			out = append(out, fmt.Sprintf(format, args...))
		}
	}
	encoding := st.Encoding
	if strings.Contains(encoding, ", ") {
		encoding = "of their encoding (" + encoding + ")"
	}
	for _, g := range st.EncodingGuesses {
		say(true, "the encoding of %s is taken to be %s (--encoding says another)", guessedOf(g), g.Value)
	}
	say(st.EncodingGuessed && len(st.EncodingGuesses) == 0, "the encoding is taken to be %s (--encoding says another)", st.Encoding)
	say(st.OverriddenEncoding != "", "the bytes%s look like %s, but are read as %s, as --encoding says", of(st.OverriddenFile), st.OverriddenEncoding, st.Encoding)
	say(st.UndecodedLines > 0, "%s bytes that are not %s, the first is line %d%s", countOf(st.UndecodedLines, "line has", "lines have"), encoding, st.UndecodedLine, of(st.UndecodedFile))
	say(st.UTF8Lines > 0, "%s utf-8, but read as %s like the rest, the first is line %d%s", countOf(st.UTF8Lines, "line looks like", "lines look like"), st.Encoding, st.UTF8Line, of(st.UTF8File))
	say(st.NULs > 0, "%s left out", countOf(st.NULs, "NUL is", "NULs are"))
	for _, g := range st.DelimiterGuesses {
		say(true, "fields of %s are taken to be delimited by %q (--delimiter says another)", guessedOf(g), g.Value)
	}
	say(st.DelimiterGuessed && len(st.DelimiterGuesses) == 0, "fields are taken to be delimited by %q (--delimiter says another)", st.Delimiter)
	for _, g := range st.HeaderGuesses {
		say(true, "the header of %s is taken to be line %s", guessedOf(g), g.Value)
	}
	say(st.HeaderLine > 1 && len(st.HeaderGuesses) == 0, "the header is taken to be line %d", st.HeaderLine)
	say(st.SpacedQuotes > 0, "%s after spaces, which are left out", countOf(st.SpacedQuotes, "quoted field begins", "quoted fields begin"))
	say(st.Rejected > 0, "%s skipped", countOf(st.Rejected, "row could not be read and was", "rows could not be read and were"))
	say(st.RepeatedHeaders > 0, "%s left out", countOf(st.RepeatedHeaders, "line repeats the header and is", "lines repeat the header and are"))
	say(st.MergedCells > 0, "%s", countOf(st.MergedCells, "cell has the value of the merged cell that it is part of", "cells have the values of the merged cells that they are part of"))
	say(st.NullTexts > 0, "%s for none (--null-values)", countOf(st.NullTexts, "text is empty or stands", "texts are empty or stand"))
	say(st.MissingUsers > 0, "%s no user (--missing-user)", countOf(st.MissingUsers, "row has", "rows have"))
	say(st.AlikeUsers > 0, "%s other users' only in spaces around them or characters that do not show; they are taken for different users, the first is in line %d%s", countOf(st.AlikeUsers, "user's name differs from", "users' names differ from"), st.AlikeUserLine, of(st.AlikeUserFile))
	say(st.ZeroWeights > 0, "%s left out", countOf(st.ZeroWeights, "row has the weight 0 and is", "rows have the weight 0 and are"))
	say(st.SerialTimes > 0, "%s for a spreadsheet's days since 1900 (--time-format excel1904 counts from 1904)", countOf(st.SerialTimes, "date is a number and taken", "dates are numbers and taken"))
	say(st.UnreadRatings > 0, "%s could not be read, the first in line %d%s", countOf(st.UnreadRatings, "rating", "ratings"), st.UnreadRatingLine, of(st.UnreadRatingFile))
	return out
}

// of returns words for the one of several files that is meant.
func of(file string) string {
	if file == "" {
		return ""
	}
	return " of " + file
}

// guessedOf names the files that a guess is about.
func guessedOf(g source.Guess) string {
	if g.Files < 2 {
		return g.File
	}
	return g.File + " and " + countOf(g.Files-1, "more file", "more files")
}

// countOf returns a number with the word for one, or for more.
func countOf(n int, one, more string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%d %s", n, more)
}

// readingOf converts st to its form in a report.
func readingOf(st source.Stats) *result.Reading {
	return &result.Reading{
		Format: string(st.Format), Compression: st.Compression, Encoding: st.Encoding, EncodingGuessed: st.EncodingGuessed,
		Delimiter: st.Delimiter, DelimiterGuessed: st.DelimiterGuessed, HeaderLine: st.HeaderLine, Files: st.Files,
		Rows: st.Rows, Rejected: st.Rejected, NullTexts: st.NullTexts, MissingUsers: st.MissingUsers, AlikeUsers: st.AlikeUsers, ZeroWeights: st.ZeroWeights, MissingTimes: st.MissingTimes, UnreadRatings: st.UnreadRatings,
	}
}

// withReading adds the reading's findings to stats.
func withReading(stats any, st source.Stats) (map[string]any, error) {
	all := map[string]any{}
	for _, v := range []any{st, stats} {
		b, err := json.Marshal(v)
		if err == nil {
			err = json.Unmarshal(b, &all)
		}
		if err != nil {
			return nil, err
		}
	}
	return all, nil
}

// rejects is the file of skipped records.
type rejects struct {
	path string
	tmp  *os.File // nil before the first one
}

// add implements source.Options.Reject.
func (r *rejects) add(row source.Reject) error {
	if r.tmp == nil {
		f, err := os.CreateTemp(filepath.Dir(r.path), "."+filepath.Base(r.path)+".*.part")
		if err != nil {
			return fmt.Errorf("cannot write %s: %w", r.path, err)
		}
		r.tmp = f
	}
	return jsonLine(r.tmp, row)
}

// write moves the file to its place; it is empty if nothing was rejected.
func (r *rejects) write() error {
	if r.tmp == nil {
		return os.WriteFile(r.path, nil, 0o644)
	}
	f := r.tmp
	r.tmp = nil
	if err := f.Chmod(0o644); err != nil && !os.IsPermission(err) {
		f.Close()
		return err
	}
	if err := f.Close(); err != nil {
		return err
	}
	return os.Rename(f.Name(), r.path)
}

func (r *rejects) drop() {
	if r.tmp != nil {
		r.tmp.Close()
		os.Remove(r.tmp.Name())
		r.tmp = nil
	}
}

// readingPlan describes how a source is read, for --dry-run.
func readingPlan(src *source.Source) string {
	st := src.Stats()
	words := []string{string(src.Format())}
	if st.Compression != "" {
		words = append(words, st.Compression)
	}
	if st.Encoding != "" && st.Encoding != "utf-8" {
		words = append(words, st.Encoding)
	}
	if st.Delimiter != "" && st.Delimiter != "," && st.Delimiter != "\t" {
		words = append(words, fmt.Sprintf("delimiter %q", st.Delimiter))
	}
	return strings.Join(words, ", ")
}

// sampleTexts is the minimum number of texts that auto examines, if there are
// as many.
const sampleTexts = 200

// sample returns texts evenly spread over the file, since a file sorted by
// language begins with only one.
func sample(ctx context.Context, s *source.Source) ([]string, error) {
	var out []string
	n, every := 0, 1
	for r, err := range s.Rows(ctx) {
		if err != nil {
			return nil, err
		}
		if n%every == 0 {
			out = append(out, strings.Clone(r.Text))
		}
		n++
		if len(out) == 2*sampleTexts { // thin out: keep every other one
			for i := range sampleTexts {
				out[i] = out[2*i]
			}
			out, every = out[:sampleTexts], 2*every
		}
	}
	return out, nil
}
