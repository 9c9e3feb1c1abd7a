// Package corpus holds what goes into a run of cohort: texts and who wrote them
// ([Text]), what makes them fit to be read and shown ([Preparer], of which
// [PrivacyPreparer] is one), and what is done about what they repeat ([Repeats]).
// Package cohort has the same types under the same names.
package corpus
