// Package journal keeps what a long run has done so far in a file, so that a run
// that was killed can be continued.
//
// A journal begins with a line that identifies the format, and a head: the
// settings on which its blocks depend. Blocks follow in the order in which they
// were appended. The head and each block are framed by their length and a
// checksum of both, so that a block that was cut short, or whose bytes never
// reached the disk, is recognized. It and what follows are dropped, to be done
// again.
//
// Files are synced at intervals, not with each block: what was appended since is
// lost with the power, but not if only the process dies.
package journal
