// Package marks finds parts of a text that are not part of its message:
// placeholders that package pii writes for personal data ([email]), links,
// mentions (@name) and trailing hashtags. A human reader ignores them, but a
// model that reads them groups users by whom they address or by their hashtags,
// instead of by what they say.
package marks
