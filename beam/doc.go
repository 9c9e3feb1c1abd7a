// Package beam finds segments of users with Apache Beam, for texts that one
// machine is too slow or too small for. Its transforms are the steps of
// [cohort.Segment], each over parts of the texts: Read, Prepare, Embed,
// PoolUsers, KMeans or MiniBatchKMeans, Assign, Evaluate and Terms. What they do
// with a text or a user is done by the same code as on one machine.
//
// Results do not depend on how a runner cuts its input into bundles, on the
// number of workers, or on bundles that are run again. Texts are grouped by a
// hash of their user, and users by a hash of what they wrote; within a group
// they are sorted, and what is summed over groups is added in the order of their
// numbers. Random numbers are hashes of a seed and of a user's place.
//
// Options are plain data and travel to the workers with the pipeline. A model is
// loaded once in a worker's process, however many bundles and transforms use it.
//
// The names of this package are free for importers that call Apache's package
// beam: import one of the two under another name.
package beam
