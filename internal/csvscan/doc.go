// Package csvscan cuts files of delimited values (CSV, TSV and their kin) into
// records and fields as they stand in the file, tells the dialect of one, and
// tells quotation marks that would swallow rows.
package csvscan
