// Package corpus holds the input of a run of cohort: texts and their authors
// ([Text]), the preparation of texts for reading and display ([Preparer], which
// [PrivacyPreparer] implements), and the treatment of repeated texts
// ([Repeats]). Package cohort has the same types under the same names.
package corpus
