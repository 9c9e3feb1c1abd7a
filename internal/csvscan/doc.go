// Package csvscan splits files of delimited values (CSV, TSV and similar) into
// records and fields as they are in the file, detects their dialect, and
// detects quotation marks that would swallow rows.
package csvscan
