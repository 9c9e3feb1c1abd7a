// Package corpus holds what goes into a run of cohort: texts and who wrote them
// ([Text]). Package cohort has the same types under the same names.
package corpus
